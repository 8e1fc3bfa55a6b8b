// Goal: the list of events is in order, bounded, and full from the first moment. Method: events by hand.
import { describe, expect, test } from 'vitest';
import { Feed, FEED_ENTRIES_MAX } from '../src/core/feed.js';
import { NOW_MS, status, task } from './support/rows.js';

describe('feed', () => {
  test('the newest is first and the oldest goes', () => {
    const feed = new Feed();
    for (let index = 0; index < FEED_ENTRIES_MAX + 5; index += 1) {
      feed.add({ atMs: NOW_MS + index, task: task(), state: 'TASK_RUNNING' });
    }
    expect(feed.entries).toHaveLength(FEED_ENTRIES_MAX);
    expect(feed.entries[0]?.atMs).toBe(NOW_MS + FEED_ENTRIES_MAX + 4);
  });

  test('histories of tasks fill it in the order of time', () => {
    const feed = new Feed();
    feed.restart([
      task({
        id: 'b',
        statuses: [status('TASK_RUNNING', { atMs: NOW_MS + 20 }), status('TASK_FAILED', { atMs: NOW_MS + 40 })],
      }),
      task({ id: 'a', statuses: [status('TASK_RUNNING', { atMs: NOW_MS + 30 })] }),
    ]);
    expect(feed.entries.map(({ task: { id }, state }) => `${id} ${state}`)).toEqual([
      'b TASK_FAILED',
      'a TASK_RUNNING',
      'b TASK_RUNNING',
    ]);
  });
});
