// Text to compute with: words as unevenly frequent as those of a language, the same for a seed.
import { closeSync, openSync, writeSync } from 'node:fs';

function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Returns the number of bytes written, at least so many megabytes. */
export function writeText(path, { megabytes, seed }) {
  const random = generator(seed);
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const words = Array.from({ length: 20_000 }, () =>
    Array.from({ length: 3 + Math.floor(random() * 8) }, () => letters[Math.floor(random() * letters.length)]).join(''),
  );
  const fd = openSync(path, 'w');
  let bytes = 0;
  while (bytes < megabytes * 1e6) {
    let text = '';
    for (let line = 0; line < 2000; line++) {
      const length = 5 + Math.floor(random() * 12);
      for (let word = 1; word < length; word++) text += `${words[Math.floor(random() ** 3 * words.length)]} `;
      text += `${words[Math.floor(random() * words.length)]}\n`;
    }
    bytes += writeSync(fd, text);
  }
  closeSync(fd);
  return bytes;
}
