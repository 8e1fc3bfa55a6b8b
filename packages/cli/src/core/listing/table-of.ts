// What a listing is made of before it is printed.
import type { Column } from '../text/table.js';

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

export interface ListingOptions {
  readonly nowMs: number;
  /** Ids without the part that they share: for people. Programs get whole ids. */
  readonly isShort: boolean;
}
