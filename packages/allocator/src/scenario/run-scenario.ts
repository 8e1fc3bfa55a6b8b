// Runs a scenario: a text whose lines do something to an allocator on virtual time, or say what is expected of it. The
// transcript repeats each line and prints below it what came of it.
import { BrokenCommandError } from '../broken-command.js';
import { fail, ok, Resources } from '@mini-mesos/resources';
import type { Result } from '@mini-mesos/resources';
import { STATEMENTS } from './statements.js';
import { compact, Stage } from './stage.js';
import { Line, ScenarioError } from './words.js';

export interface ScenarioRun {
  readonly transcript: string;
  /** Expectations that were not met, each with its line. Empty: all is as it should be. */
  readonly failures: readonly string[];
}

const EXPECT_USAGE =
  'expect FRAMEWORK ROLE AGENT RESOURCES, expect inverse-offer FRAMEWORK AGENT, expect says TEXT, or expect nothing';

/** A text that cannot be read or carried out is an error, which names the line and what was expected there. */
export function runScenario(text: string): Result<ScenarioRun> {
  const run = new Run();
  try {
    text.split('\n').forEach((line, i) => run.play(i + 1, line));
    run.end();
  } catch (error) {
    if (error instanceof ScenarioError) return fail(error.message);
    throw error;
  }
  return ok({ transcript: run.transcript.map((line) => `${line}\n`).join(''), failures: run.failures });
}

/** Statements, with how they are written; for help texts. */
export const scenarioUsages = (): string[] => [...Object.values(STATEMENTS).map(({ usage }) => usage), EXPECT_USAGE];

class Run {
  readonly transcript: string[] = [];
  readonly failures: string[] = [];
  readonly #stage = new Stage();
  /** What the last statement brought about, and no line expected yet; undefined: nobody asked yet. */
  #unexpected: string[] = [];
  #isAsked = false;
  #askedAt = 0;

  play(number: number, text: string): void {
    const bare = text.replace(/(^|\s)#.*$/, '').trim();
    if (bare === '') {
      this.transcript.push(text.trim());
      return;
    }
    const [name = '', ...words] = bare.split(/\s+/);
    this.transcript.push(`> ${bare}`);
    if (name === 'expect') return this.#expect(number, bare, words);
    this.#checkUnexpected();
    const statement = STATEMENTS[name];
    if (statement === undefined) {
      throw new ScenarioError(
        number,
        `'${name}' is no statement; expected one of ${Object.keys(STATEMENTS).join(', ')}, expect`,
      );
    }
    const line = new Line(number, { text: bare, words, usage: statement.usage });
    try {
      statement.run(this.#stage, line);
    } catch (error) {
      if (error instanceof BrokenCommandError || error instanceof RangeError) line.fail(error.message);
      throw error;
    }
    const said = this.#stage.said.splice(0);
    for (const each of said) this.transcript.push(`  ${each}`);
    this.#unexpected = said;
    this.#isAsked = false;
  }

  end(): void {
    this.#checkUnexpected();
  }

  #expect(number: number, text: string, words: readonly string[]): void {
    this.#isAsked = true;
    this.#askedAt = number;
    if (words.length === 0) throw new ScenarioError(number, `what to expect is missing; expected: ${EXPECT_USAGE}`);
    const [first = ''] = words;
    if (first === 'nothing' && words.length === 1) return;
    const isMeant = first === 'says' ? saysOf(text) : offerOf(number, words);
    const at = this.#unexpected.findIndex(isMeant);
    if (at >= 0) this.#unexpected.splice(at, 1);
    else this.#failed(number, `${text.replace(/^expect /, '')} was expected`);
  }

  /** Whoever expects anything of a statement expects all of it. */
  #checkUnexpected(): void {
    if (this.#isAsked) for (const said of this.#unexpected) this.#failed(this.#askedAt, `${said} was not expected`);
    this.#unexpected = [];
    this.#isAsked = false;
  }

  #failed(number: number, message: string): void {
    const failure = `line ${number}: ${message}`;
    this.failures.push(failure);
    this.transcript.push(`  FAILED ${failure}`);
  }
}

function saysOf(text: string): (said: string) => boolean {
  const wanted = text.replace(/^expect says /, '');
  return (said) => said.includes(wanted);
}

function offerOf(number: number, words: readonly string[]): (said: string) => boolean {
  const withoutClock = (said: string): string => said.replace(/^\S+ /, '');
  if (words[0] === 'inverse-offer') return (said) => withoutClock(said) === words.join(' ');
  const [frameworkId, role, agentId, amounts, ...more] = words;
  if (amounts === undefined || more.length > 0) {
    throw new ScenarioError(number, `'${words.join(' ')}' cannot be expected; expected: ${EXPECT_USAGE}`);
  }
  const parsed = Resources.parse(amounts);
  if (!parsed.ok) throw new ScenarioError(number, `resources '${amounts}': ${parsed.error}`);
  const wanted = `offer ${frameworkId} ${role} ${agentId} `;
  const written = [wanted + compact(parsed.value), wanted + amounts];
  return (said) => written.includes(withoutClock(said));
}
