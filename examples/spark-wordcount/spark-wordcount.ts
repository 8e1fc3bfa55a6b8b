// Counts the words of text files on the agents of a cluster and prints the ten most frequent ones. Run it with
//   mini-mesos spark submit --master mesos://127.0.0.1:5050 examples/dist/spark-wordcount/spark-wordcount.js 'docs/*.md'
// Without --master it takes $MESOS_MASTER, then 127.0.0.1:5050; --master local[2] needs no cluster at all.
import { SparkContext } from '@mini-mesos/spark-framework';

const paths = process.argv.slice(2);
if (paths.length === 0) throw new Error('which files? give paths, folders or patterns such as docs/*.md');

const sc = await SparkContext.connect({ appName: 'word count' });
try {
  // Functions run on the agents: they are sent there as text, and see nothing of this file but what they are given.
  const counts = sc
    .textFile(paths.join(','))
    .flatMap((line) => line.toLowerCase().match(/[a-z]+/g) ?? [])
    .map((word) => [word, 1] as [string, number])
    .reduceByKey((a, b) => a + b);
  const top = await counts.takeOrdered(10, ([word, count]) => [-count, word]);
  for (const [word, count] of top) console.log(`${word} ${count}`);
} finally {
  await sc.stop();
}
