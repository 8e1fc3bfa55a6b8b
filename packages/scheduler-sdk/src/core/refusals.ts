// What an HTTP answer or an ERROR event means for the framework: whether to try again, or the error to end with.
import { SdkError } from '../errors.js';

/** What Mesos says on the old stream when the framework subscribed anew (src/master/master.cpp `failoverFramework`). */
export const FAILED_OVER = 'Framework failed over';

const isTemporary = (status: number): boolean => status < 400 || status === 408 || status === 429 || status >= 500;

/** The error to end with after a refused SUBSCRIBE; undefined where trying again can help (no leader yet, overload). */
export function finalRefusal(address: string, status: number, text: string): SdkError | undefined {
  if (isTemporary(status)) return undefined;
  const said = `master ${address} refused the subscription with ${status} ${text}`.trim();
  if (status === 401) return new SdkError('MM_SDK_UNAUTHENTICATED', said, { status });
  if (status === 403) return new SdkError('MM_SDK_FORBIDDEN', said, { status });
  if (status === 404 || status === 405) return new SdkError('MM_SDK_NOT_A_MASTER', said, { status });
  return new SdkError('MM_SDK_SUBSCRIPTION_REFUSED', said, { status });
}

/** An ERROR event is final in Mesos: the master drops the framework's stream and will not take it up by itself. */
export function streamError(message: string): SdkError {
  if (message === FAILED_OVER) {
    return new SdkError('MM_SDK_FAILED_OVER', 'another scheduler subscribed with the id of this framework');
  }
  return new SdkError('MM_SDK_FRAMEWORK_ERROR', `the master ended the framework's subscription: ${message}`);
}

export type CallOutcome = { type: 'done' } | { type: 'later'; error: SdkError } | { type: 'refused'; error: SdkError };

/**
 * What the answer to a call other than SUBSCRIBE means. 'later' holds what a new subscription, or a moment, can cure:
 * another leader, a stream id or a subscription that is no longer ours (src/master/http.cpp).
 */
export function callOutcome(type: string, status: number, text: string): CallOutcome {
  if (status === 200 || status === 202) return { type: 'done' };
  const error = new SdkError('MM_SDK_CALL_REFUSED', `${type} was answered with ${status} ${text}`.trim(), { status });
  const isStale = /is not subscribed|didn't match the stream ID/i.test(text);
  return { type: isTemporary(status) || isStale ? 'later' : 'refused', error };
}
