// What a failover costs.
//   kills       three masters and three ZooKeeper servers; from kill -9 of the leader until every framework has offers again
//   reregister  10,000 emulated agents with 100,000 tasks come back to a new leader over real HTTP
//   npm run bench -- failover [--json] [--part=kills|reregister] [--kills=10] [--sessionTimeoutMs=10000]
//                             [--agents=10000] [--tasksEach=10] [--spreadMs=1000]
import { option, printHeader } from '../lib/report.mjs';
import { kills } from './kills.mjs';
import { reregister } from './reregister.mjs';

const part = option('part', 'all');
printHeader('failover: what the loss of the leading master costs');
if (part === 'all' || part === 'kills') await kills();
if (part === 'all' || part === 'reregister') await reregister();
process.exit(0);
