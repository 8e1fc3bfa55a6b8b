// What the demo prints: both counts side by side, whether they agree, and what happened in the cluster.
import { firstDifference, totalOf } from '../../core/demo/words.js';
import { tableText } from '../../core/text/table.js';
import { plural, secondsText } from '../../core/text/units.js';
import type { Terminal } from '../../output/terminal.js';
import type { Account } from './account.js';
import type { OtherCount } from './count-otherwise.js';
import type { JobResult } from './word-count.js';

export function printCounts(terminal: Terminal, { top }: JobResult, { counts, how }: OtherCount): void {
  const others = [...counts];
  const rows = top.map(({ word, count }, index) => [
    word,
    String(count),
    others[index]?.[0] ?? '',
    String(others[index]?.[1] ?? ''),
  ]);
  const columns = [
    { title: 'ON THE CLUSTER' },
    { title: 'COUNT', align: 'right' },
    { title: 'INDEPENDENTLY' },
    { title: 'COUNT', align: 'right' },
  ] as const;
  terminal.print('the ten most frequent words:');
  terminal.print(tableText(columns, rows, { widthMax: undefined }));
  terminal.print(`independently: ${how}`);
}

/** Whether the counts agree in all words, not only in the most frequent. */
export function printVerdict(terminal: Terminal, { counts }: JobResult, other: OtherCount): boolean {
  const word = firstDifference(counts, other.counts);
  if (word === undefined) {
    const words = `${totalOf(counts)} words, ${counts.size} different ones`;
    terminal.print(terminal.paint('green', `both counts agree: ${words}`));
    return true;
  }
  const said = (count: number | undefined): string => String(count ?? 0);
  terminal.print(
    terminal.paint(
      'red',
      `the counts DISAGREE: ${word} is there ${said(counts.get(word))} times on the cluster, ` +
        `${said(other.counts.get(word))} times independently`,
    ),
  );
  return false;
}

export function printAccount(terminal: Terminal, { result, account }: { result: JobResult; account: Account }): void {
  terminal.print('');
  for (const { executorId, agent, address } of account.places) {
    const tasks = plural(result.tasks.get(executorId) ?? 0, 'task');
    terminal.print(`agent ${agent} at ${address}: executor ${executorId} ran ${tasks}`);
  }
  const { offersSent, offersAccepted, offersDeclined } = account;
  terminal.print(
    `the master made ${plural(offersSent, 'offer')}; the framework accepted ${offersAccepted} and declined ${offersDeclined}`,
  );
  terminal.print(`first result ${secondsText(result.firstResultMs)} after the start`);
}
