// Every error of this package: its code, what to do about it, and whether trying again can help. Cores return them as
// values; shells throw them or reject with them.

interface Entry {
  readonly hint: string;
  readonly retryable: boolean;
}

export const SDK_ERRORS = {
  MM_SDK_BAD_OPTIONS: { hint: 'correct the option', retryable: false },
  MM_SDK_DETECTION_FAILED: { hint: 'correct the address of the master', retryable: false },
  MM_SDK_UNAUTHENTICATED: { hint: 'give credentials that the master knows', retryable: false },
  MM_SDK_FORBIDDEN: { hint: "ask the operator to allow the framework's principal what it needs", retryable: false },
  MM_SDK_NOT_A_MASTER: {
    hint: 'give the address of a master (port 5050 unless changed), not of an agent',
    retryable: false,
  },
  MM_SDK_SUBSCRIPTION_REFUSED: { hint: 'correct what the master names', retryable: false },
  MM_SDK_FRAMEWORK_ERROR: { hint: 'correct what the master names, then start a new scheduler', retryable: false },
  MM_SDK_FAILED_OVER: {
    hint: 'nothing if that was planned; otherwise make sure that only one instance runs with this framework id',
    retryable: false,
  },
  MM_SDK_NOT_SUBSCRIBED: { hint: "wait for the event 'subscribed' and call again", retryable: true },
  MM_SDK_DISCONNECTED: {
    hint: 'whether the call took effect is unknown: reconcile the tasks it names',
    retryable: false,
  },
  MM_SDK_CALL_REFUSED: { hint: 'correct what the answer names', retryable: false },
  MM_SDK_QUEUE_FULL: { hint: 'wait for earlier calls to be answered before making more', retryable: true },
  MM_SDK_OFFER_GONE: { hint: 'drop the offer and wait for the next one', retryable: false },
  MM_SDK_OFFERS_DO_NOT_COMBINE: { hint: 'accept offers of one agent and one role per call', retryable: false },
  MM_SDK_UNKNOWN_ROLE: { hint: 'name roles of the framework, or change them with updateFramework', retryable: false },
  MM_SDK_NOT_ACKNOWLEDGEABLE: { hint: 'acknowledge only updates that carry a uuid', retryable: false },
  MM_SDK_TWO_READERS: { hint: 'finish the first loop over events() before starting another', retryable: false },
  MM_SDK_LISTENER_FAILED: {
    hint: 'catch it in the listener; an update is not acknowledged and comes again',
    retryable: true,
  },
  MM_SDK_STOPPED: { hint: 'create a new one', retryable: false },
  MM_SDK_BAD_ENVIRONMENT: { hint: 'start the program as the command of an executor', retryable: false },
  MM_SDK_EXECUTOR_REFUSED: { hint: "see the agent's log for this executor", retryable: false },
  MM_SDK_AGENT_ERROR: { hint: 'end the executor', retryable: false },
} as const satisfies { [code: string]: Entry };

export type SdkErrorCode = keyof typeof SDK_ERRORS;

/** The message holds what failed, with which value; `hint` what to do; `retryable` whether the same call can succeed. */
export class SdkError extends Error {
  override readonly name = 'SdkError';
  readonly code: SdkErrorCode;
  readonly hint: string;
  readonly retryable: boolean;
  /** The HTTP status, where one was answered. */
  readonly status: number | undefined;

  constructor(code: SdkErrorCode, text: string, options: { cause?: unknown; status?: number } = {}) {
    super(`${text}: ${SDK_ERRORS[code].hint}`, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.hint = SDK_ERRORS[code].hint;
    this.retryable = SDK_ERRORS[code].retryable;
    this.status = options.status;
  }
}

/** A result of a core: a value or the error that a shell would throw. */
export type Result<T> = { ok: true; value: T } | { ok: false; error: SdkError };

export const success = <T>(value: T): Result<T> => ({ ok: true, value });
export const failure = (code: SdkErrorCode, text: string): { ok: false; error: SdkError } => ({
  ok: false,
  error: new SdkError(code, text),
});
