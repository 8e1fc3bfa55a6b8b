// Estimates pi: throws darts at a square, on the agents of a cluster, and counts those that hit the circle in it.
//   mini-mesos spark submit --master mesos://127.0.0.1:5050 examples/dist/spark-pi/spark-pi.js [slices]
import { SparkContext } from '@mini-mesos/spark-framework';

const slices = Number(process.argv[2] ?? '2');
if (!Number.isInteger(slices) || slices < 1) throw new Error(`${process.argv[2]} slices: expected a number from 1`);
const darts = 1_000_000 * slices;

const sc = await SparkContext.connect({ appName: 'pi' });
try {
  const hits = await sc
    .range(0, darts, 1, slices)
    .map((): number => {
      const x = Math.random() * 2 - 1;
      const y = Math.random() * 2 - 1;
      return x * x + y * y <= 1 ? 1 : 0;
    })
    .sum();
  console.log(`Pi is roughly ${(4 * hits) / darts}`);
} finally {
  await sc.stop();
}
