// Broadcast values of an executor: fetched from the driver once, in pieces, into memory all worker threads share.

/** Bytes asked for at a time. Spark's default of spark.broadcast.blockSize. */
const PIECE_BYTES = 4 * 1024 * 1024;

export type FetchPiece = (id: number, offset: number, length: number) => Promise<{ bytes: Uint8Array; total: number }>;

export class SharedValues {
  private readonly values = new Map<number, Promise<SharedArrayBuffer>>();
  private readonly fetch: FetchPiece;

  constructor(fetch: FetchPiece) {
    this.fetch = fetch;
  }

  /** The value's bytes. A failed fetch is forgotten, so the next task tries again. */
  get(id: number): Promise<SharedArrayBuffer> {
    let value = this.values.get(id);
    if (value === undefined) {
      value = this.load(id);
      this.values.set(id, value);
      value.catch(() => this.values.delete(id));
    }
    return value;
  }

  drop(id: number): void {
    this.values.delete(id);
  }

  private async load(id: number): Promise<SharedArrayBuffer> {
    const first = await this.fetch(id, 0, PIECE_BYTES);
    const shared = new SharedArrayBuffer(first.total);
    const view = new Uint8Array(shared);
    view.set(first.bytes);
    for (let at = first.bytes.length; at < first.total;) {
      const { bytes } = await this.fetch(id, at, PIECE_BYTES);
      if (bytes.length === 0) throw new Error(`broadcast variable ${id} ended early`);
      view.set(bytes, at);
      at += bytes.length;
    }
    return shared;
  }
}
