// Text for the programs: lines of words whose frequencies are as uneven as those of a language, the same for a seed.
import { closeSync, openSync, writeSync } from 'node:fs';

export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

/** Writes about `megabytes` of text; some words are not ASCII. */
export function writeText(path, megabytes, seed = 1) {
  const random = generator(seed);
  const letters = 'abcdefghijklmnopqrstuvwxyzäßé語';
  const words = Array.from({ length: 20_000 }, () =>
    Array.from({ length: 3 + Math.floor(random() * 8) }, () => letters[Math.floor(random() * letters.length)]).join(''),
  );
  const fd = openSync(path, 'w');
  for (let bytes = 0; bytes < megabytes * 1024 * 1024;) {
    const lines = [];
    for (let line = 0; line < 1000; line++) {
      const length = 3 + Math.floor(random() * 12);
      lines.push(Array.from({ length }, () => words[Math.floor(random() ** 3 * words.length)]).join(' '));
    }
    bytes += writeSync(fd, `${lines.join('\n')}\n`);
  }
  closeSync(fd);
}
