// Goal: the progress line shows running stages as Spark does. Method: events in, text out.
import { expect, test } from 'vitest';
import { Progress } from '../src/core/progress-line.js';

function progressAt(done: number, running: number, total: number): Progress {
  const progress = new Progress();
  progress.handle({
    type: 'stageSubmitted',
    stageId: 3,
    stageAttempt: 0,
    jobIds: [1],
    name: 'x',
    tasks: total,
    timeMs: 0,
  });
  for (let taskId = 0; taskId < done + running; taskId++) {
    progress.handle({
      type: 'taskStart',
      taskId,
      stageId: 3,
      stageAttempt: 0,
      partition: taskId,
      attempt: 0,
      executorId: '0',
      locality: 'ANY',
      timeMs: 1,
    });
  }
  for (let taskId = 0; taskId < done; taskId++)
    progress.handle({ type: 'taskEnd', taskId, stageId: 3, status: 'success', timeMs: 2 });
  return progress;
}

test('one stage takes the whole width', () => {
  const line = progressAt(5, 2, 10).line(1000, 60);
  expect(line).toBe('[Stage 3:===================>                  (5 + 2) / 10]');
  expect(line).toHaveLength(60);
});

test('nothing is shown for the first half second, nor when stages are over', () => {
  const progress = progressAt(1, 1, 4);
  expect(progress.line(400, 60)).toBe('');
  progress.handle({ type: 'stageCompleted', stageId: 3, stageAttempt: 0, timeMs: 5 });
  expect(progress.line(1000, 60)).toBe('');
});

test('three stages at most share the width', () => {
  const progress = new Progress();
  for (let stageId = 0; stageId < 5; stageId++) {
    progress.handle({ type: 'stageSubmitted', stageId, stageAttempt: 0, jobIds: [0], name: '', tasks: 4, timeMs: 0 });
  }
  const line = progress.line(1000, 90);
  expect(line.match(/\[Stage/g)).toHaveLength(3);
  expect(line).toHaveLength(90);
});

test('a narrow place gets no bar, and a log a sentence', () => {
  expect(progressAt(2, 1, 4).line(1000, 10)).toBe('[Stage 3:(2 + 1) / 4]');
  expect(progressAt(2, 1, 4).sentence()).toBe('stage 3: 2 of 4 tasks done, 1 running');
});
