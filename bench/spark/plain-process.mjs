// The reference: the same computations in one plain Node process, which is started here and asked for rounds.
import { fork } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const COMPUTATIONS = {
  'word-count': (file) => {
    const counts = new Map();
    for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
      for (const word of line.split(' ')) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    let sum = 0;
    for (const [word, count] of counts) sum += word.length * count;
    return sum;
  },
  pi: (_file, darts) => {
    let hits = 0;
    for (let dart = 0; dart < darts; dart++) {
      const x = Math.random() * 2 - 1;
      const y = Math.random() * 2 - 1;
      if (x * x + y * y <= 1) hits++;
    }
    return Math.round((40 * hits) / darts);
  },
  sort: (file) => {
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    lines.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    writeFileSync(`${file}.sorted`, `${lines.join('\n')}\n`);
    rmSync(`${file}.sorted`);
    return 'written';
  },
};

/** One process for all rounds, so that its code is as warm as that of the executors. */
export function startPlain(file) {
  const child = fork(import.meta.filename, [file], { env: { ...process.env, BENCH_PLAIN: '1' } });
  return {
    run: (name, darts) =>
      new Promise((resolve, reject) => {
        const ended = (code) => reject(new Error(`the plain process exited with code ${code}`));
        child.once('exit', ended);
        child.once('message', (answer) => {
          child.off('exit', ended);
          resolve(answer);
        });
        child.send({ name, darts });
      }),
    stop: () => child.kill(),
  };
}

if (process.env.BENCH_PLAIN === '1') {
  process.on('message', ({ name, darts }) => {
    const started = performance.now();
    const result = COMPUTATIONS[name](process.argv[2], darts);
    process.send({ result, seconds: (performance.now() - started) / 1000 });
  });
}
