// The progress line: which stages run, and how far they are. Keeps the counts; says nothing about when to print.
import type { SparkEvent } from './events.js';

interface StageProgress {
  readonly stageId: number;
  readonly total: number;
  readonly startedMs: number;
  running: number;
  done: number;
}

/** Stages shown in one line. */
const STAGES_SHOWN_MAX = 3;
/** A stage is shown when it has run this long: short ones would only flicker. */
export const SHOW_AFTER_MS = 500;

export class Progress {
  private readonly stages = new Map<number, StageProgress>();
  private readonly stageOfTask = new Map<number, number>();

  handle(event: SparkEvent): void {
    switch (event.type) {
      case 'stageSubmitted': {
        const { stageId, tasks, timeMs } = event;
        this.stages.set(stageId, { stageId, total: tasks, startedMs: timeMs, running: 0, done: 0 });
        return;
      }
      case 'stageCompleted':
        this.stages.delete(event.stageId);
        return;
      case 'taskStart': {
        this.stageOfTask.set(event.taskId, event.stageId);
        const stage = this.stages.get(event.stageId);
        if (stage !== undefined) stage.running++;
        return;
      }
      case 'taskEnd':
        this.taskEnded(event.taskId, event.status === 'success');
        return;
      default:
    }
  }

  private taskEnded(taskId: number, success: boolean): void {
    const stage = this.stages.get(this.stageOfTask.get(taskId) ?? -1);
    this.stageOfTask.delete(taskId);
    if (stage === undefined) return;
    stage.running = Math.max(0, stage.running - 1);
    if (success && stage.done < stage.total) stage.done++;
  }

  /** The line for a terminal of this width; empty when nothing has run long enough. */
  line(nowMs: number, width: number): string {
    const shown = [...this.stages.values()]
      .filter((stage) => nowMs - stage.startedMs >= SHOW_AFTER_MS)
      .sort((a, b) => a.stageId - b.stageId)
      .slice(0, STAGES_SHOWN_MAX);
    if (shown.length === 0) return '';
    const share = Math.floor(width / shown.length);
    return shown.map((stage) => stageText(stage, share)).join('');
  }

  /** The same for places that are no terminal. */
  sentence(): string {
    return [...this.stages.values()]
      .sort((a, b) => a.stageId - b.stageId)
      .slice(0, STAGES_SHOWN_MAX)
      .map(
        ({ stageId, done, running, total }) => `stage ${stageId}: ${done} of ${total} tasks done, ${running} running`,
      )
      .join('; ');
  }
}

/** `[Stage 2:=====>    (5 + 2) / 10]` in exactly `width` columns, or without the bar where there is no room for one. */
function stageText({ stageId, done, running, total }: StageProgress, width: number): string {
  const head = `[Stage ${stageId}:`;
  const tail = `(${done} + ${running}) / ${total}]`;
  const room = width - head.length - tail.length;
  if (room < 2) return `${head}${tail}`;
  const filled = Math.floor((room * done) / total);
  const bar = `${'='.repeat(Math.min(filled, room))}${filled < room ? '>' : ''}`;
  return `${head}${bar.padEnd(room)}${tail}`;
}
