// The page: starts what brings data, and draws.
import { render } from 'preact';
import { startClock } from './data/clock.js';
import { startLive } from './data/live.js';
import { startPolls } from './data/polls.js';
import { startRouter } from './data/router.js';
import { CurrentPage } from './pages/router.js';
import { Shell } from './parts/shell.js';

startClock();
startRouter();
startLive();
startPolls();

const root = document.getElementById('app');
if (!root) throw new Error("index.html has no element 'app'");
render(
  <Shell>
    <CurrentPage />
  </Shell>,
  root,
);
