// The part of yauzl's interface that is used here; the package brings no types.
declare module 'yauzl' {
  import type { Readable } from 'node:stream';

  export interface Entry {
    readonly fileName: string;
    /** Unix mode in its upper 16 bits. */
    readonly externalFileAttributes: number;
  }

  export interface ZipFile {
    /** Each entry once, one after the other; closes the file where the loop is left. */
    eachEntry(): AsyncIterableIterator<Entry>;
    openReadStreamPromise(entry: Entry): Promise<Readable>;
    close(): void;
  }

  /** Entries with absolute or relative parts in their names are errors while `decodeStrings` is true. */
  export function openPromise(path: string, options?: { strictFileNames?: boolean }): Promise<ZipFile>;
}
