// Shows the progress line: redrawn in place on a terminal, a sentence now and then elsewhere.
import { Progress } from '../core/progress-line.js';
import type { SparkEvent } from '../core/events.js';

/** How often a terminal is redrawn, and how often a log hears of progress. */
const REDRAW_MS = 200;
const SENTENCE_MS = 10_000;
const CLEAR_LINE = '\r\u001b[K';
const COLUMNS_DEFAULT = 80;

export class ProgressPrinter {
  private readonly progress = new Progress();
  private readonly out: NodeJS.WriteStream;
  private timer: NodeJS.Timeout | undefined;
  private runningStages = new Set<number>();
  private shown = '';

  constructor(out: NodeJS.WriteStream) {
    this.out = out;
  }

  readonly handle = (event: SparkEvent): void => {
    this.progress.handle(event);
    if (event.type === 'stageSubmitted') this.runningStages.add(event.stageId);
    if (event.type === 'stageCompleted') this.runningStages.delete(event.stageId);
    if (this.runningStages.size > 0) this.start();
    else this.stop();
  };

  /** Writes a message above the line. */
  write(text: string): void {
    this.clear();
    this.out.write(text);
  }

  private start(): void {
    if (this.timer !== undefined) return;
    this.timer = setInterval(() => this.draw(), this.out.isTTY ? REDRAW_MS : SENTENCE_MS);
    this.timer.unref();
  }

  private draw(): void {
    if (!this.out.isTTY) {
      this.out.write(`spark: ${this.progress.sentence()}\n`);
      return;
    }
    // One column less than there are, or some terminals would wrap.
    const line = this.progress.line(Date.now(), (this.out.columns || COLUMNS_DEFAULT) - 1);
    if (line === this.shown) return;
    this.out.write(`${CLEAR_LINE}${line}`);
    this.shown = line;
  }

  private clear(): void {
    if (this.shown !== '') this.out.write(CLEAR_LINE);
    this.shown = '';
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.clear();
  }
}
