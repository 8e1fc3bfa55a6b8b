// What a function becomes for its journey to the executors: its source, where it was written, and the values of the
// names it uses from outside.

export type FunctionForm = 'arrow' | 'function' | 'method' | 'class';

/** Where a function stands in the user's program; lines and columns count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One name of an environment. */
export type EnvironmentEntry =
  /** `bytes`: the value in structured-clone form; functions inside it are marked (environment.ts). */
  | {
      readonly name: string;
      readonly kind: 'value';
      readonly bytes: Uint8Array;
      readonly references: readonly Reference[];
    }
  | { readonly name: string; readonly kind: 'reference'; readonly reference: Reference };

/** Something in an environment that is not plain data. */
export type Reference =
  | { readonly kind: 'function'; readonly source: string; readonly form: FunctionForm }
  | { readonly kind: 'builtin'; readonly path: string }
  | { readonly kind: 'broadcast'; readonly id: number }
  | {
      readonly kind: 'accumulator';
      readonly id: number;
      /** What every task starts from, in structured-clone form. */
      readonly zero: Uint8Array;
      /** How a value is added to it. */
      readonly add: ShippedFunction;
    }
  | { readonly kind: 'module'; readonly module: ModuleReference };

/** A module functions may use: imported by the executor before the task runs. */
export interface ModuleReference {
  readonly specifier: string;
  /** Content hash of the shipped files; absent for modules that are installed where executors run. */
  readonly bundle?: string;
  /** Entry file inside the bundle. */
  readonly entry?: string;
  /** Name of the export, '*' for all of them, undefined for the default export where there is one. */
  readonly exportName?: string;
}

/** A checked function, ready to travel. */
export interface ShippedFunction {
  /** Hash of source and environment: the same function is compiled once per worker. */
  readonly id: string;
  readonly source: string;
  readonly form: FunctionForm;
  readonly environment: readonly EnvironmentEntry[];
  readonly position?: SourcePosition;
  /** What it is called in messages, for example "the function given to map". */
  readonly label: string;
  readonly isAsync: boolean;
  /** Set for a built-in such as Number or Math.sqrt, which travels by name. */
  readonly builtin?: string;
  /** Bytes of source and environment. */
  readonly sizeBytes: number;
}
