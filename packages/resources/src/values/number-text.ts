// Numbers in flag text: what stout's numify takes, decimal or hexadecimal, and nothing else.

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEXADECIMAL = /^(-?)0[xX]([0-9a-fA-F]+)$/;

/** The number in `text`, possibly infinite (`1e999`) or negative; undefined where it is not a number. */
export function parseNumber(text: string): number | undefined {
  const hexadecimal = HEXADECIMAL.exec(text);
  if (hexadecimal) {
    const magnitude = Number(`0x${hexadecimal[2]}`);
    return hexadecimal[1] === '-' ? -magnitude : magnitude;
  }
  return DECIMAL.test(text) ? Number(text) : undefined;
}

/** The whole number from 0 to 2^53 - 1 in `text`; undefined where there is none. */
export function parseWholeNumber(text: string): number | undefined {
  if (!/^(?:\d+|0[xX][0-9a-fA-F]+)$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
