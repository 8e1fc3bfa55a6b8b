// Why a framework gets offers, or none, as long as somebody looks at the answer.
import { explainPath } from '../core/explanation.js';
import type { ExplanationMessage } from '../core/explanation.js';
import { createPoll } from './poll.js';
import type { Poll } from './poll.js';
import { getJson } from './requests.js';

/** Offers change about once a second; reasons are read more slowly. */
const EXPLAIN_EVERY_MS = 2000;

export function createExplainPoll(of: { framework: string; agent?: string }): Poll<ExplanationMessage> {
  return createPoll<ExplanationMessage>({
    everyMs: EXPLAIN_EVERY_MS,
    request: (signal) => getJson(explainPath(of), signal),
  });
}
