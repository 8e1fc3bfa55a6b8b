// The front's limits, in one place because they are tuned together.

/** Largest request body. An ACCEPT of a thousand tasks is about 1 MiB; routes that take whole agents raise it. */
export const BODY_MAX_BYTES = 16 * 1024 * 1024;
/** Largest answer that `inject` collects in memory: the same as what our clients take of one record. */
export const INJECTED_ANSWER_MAX_BYTES = 64 * 1024 * 1024;
/** Bytes that wait for one slow reader of events, besides the largest record on its way; then the reader is dropped. */
export const EVENT_STREAM_BUFFER_MAX_BYTES = 8 * 1024 * 1024;
/** Time for a request's headers: Node's own default. */
export const HEADERS_TIMEOUT_MS = 60_000;
/** Time for a request's body to arrive whole. */
export const BODY_TIMEOUT_MS = 60_000;
/** How long a reader of an ordinary answer may take nothing of it: an answer is held in memory until it is read. */
export const ANSWER_STALL_MS = 60_000;
/** An idle connection stays this long: longer than the 60 s of usual load balancers, so that they close it, not we. */
export const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/** Connections that the kernel holds before we accept them: thousands of agents come back at once after a failover. */
export const LISTEN_BACKLOG = 4096;
/** Answers of this size and more are zipped for clients that accept it (libprocess, GZIP_MINIMUM_BODY_LENGTH). */
export const GZIP_MIN_BYTES = 1024;
/** How long `close` waits for requests under way. */
export const CLOSE_GRACE_MS = 2000;
