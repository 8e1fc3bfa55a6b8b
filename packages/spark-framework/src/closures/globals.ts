// Names every executor has by itself, names build tools leave behind, and built-in functions that travel by name.

/** Globals of the language and of Node that a function may use. Not taken from globalThis: programs add to that. */
const GLOBAL_NAMES = new Set(
  `Array ArrayBuffer AggregateError Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError
  FinalizationRegistry Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Intl Iterator JSON
  Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol
  SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet
  WebAssembly decodeURI decodeURIComponent encodeURI encodeURIComponent escape globalThis isFinite isNaN parseFloat
  parseInt undefined unescape AbortController AbortSignal Blob Buffer Event EventTarget FormData Headers
  MessageChannel MessagePort ReadableStream Request Response TextDecoder TextEncoder TransformStream URL
  URLSearchParams WritableStream atob btoa clearImmediate clearInterval clearTimeout console crypto fetch performance
  process queueMicrotask setImmediate setInterval setTimeout structuredClone`.split(/\s+/),
);

/** The name exists on every executor. */
export function isGlobalName(name: string): boolean {
  return GLOBAL_NAMES.has(name) || name === HELPER_NAME;
}

/** esbuild and tsx wrap inner functions in `__name(fn, 'name')`; executors define it as the function itself. */
export const HELPER_NAME = '__name';

const ARTEFACTS: readonly { pattern: RegExp; explanation: string }[] = [
  {
    pattern: /^__vite_ssr_(import|dynamic_import|exports|export|import_meta)/,
    explanation:
      'vitest and vite rewrite imports to this name: put the program in a plain .mjs or tsc-built file, or pass the import with sc.module',
  },
  {
    pattern: /^cov_[0-9a-z]+$/,
    explanation: 'istanbul added coverage counters to the source: use V8 coverage, which leaves the source alone',
  },
  {
    pattern: /^(import_|require_)\w+$/,
    explanation: 'esbuild (tsx, tsup) renamed an import to this: run an ESM build, or pass the import with sc.module',
  },
  {
    pattern: /^\w+_\d+$/,
    explanation:
      'tsc turned an import into this when it wrote CommonJS: compile to ES modules, or pass the import with sc.module',
  },
  {
    pattern:
      /^(__(awaiter|generator|spreadArray|assign|rest|values|read|await|asyncGenerator|importDefault|importStar)|tslib)$/,
    explanation: 'the compiler wrote a helper for an old language version: compile with target es2022 or later',
  },
  {
    pattern: /^(__webpack_require__|__webpack_modules__|_interopRequire\w*|_asyncToGenerator|_objectSpread\w*)$/,
    explanation: 'a bundler or Babel rewrote the function: run the program unbundled',
  },
];

/** What left this name behind and what to do, when it is a known trace of a build tool. */
export function artefactExplanation(name: string): string | undefined {
  return ARTEFACTS.find(({ pattern }) => pattern.test(name))?.explanation;
}

const BUILTIN_NAMESPACES = [
  'Math',
  'JSON',
  'Number',
  'String',
  'Object',
  'Array',
  'BigInt',
  'Date',
  'Reflect',
] as const;
const BUILTIN_FUNCTIONS = [
  'Number',
  'String',
  'Boolean',
  'BigInt',
  'Object',
  'Array',
  'parseInt',
  'parseFloat',
  'isNaN',
] as const;
const MORE_FUNCTIONS = [
  'isFinite',
  'encodeURIComponent',
  'decodeURIComponent',
  'encodeURI',
  'decodeURI',
  'structuredClone',
] as const;

let builtinPaths: Map<unknown, string> | undefined;

/** 'Math.sqrt' for Math.sqrt and so on; undefined for functions that are not built in. */
export function builtinPath(fn: unknown): string | undefined {
  builtinPaths ??= collectBuiltins();
  return builtinPaths.get(fn);
}

function collectBuiltins(): Map<unknown, string> {
  const paths = new Map<unknown, string>();
  const globals = globalThis as unknown as Record<string, unknown>;
  for (const namespace of BUILTIN_NAMESPACES) {
    const holder = globals[namespace] as Record<string, unknown>;
    for (const name of Object.getOwnPropertyNames(holder)) {
      if (typeof holder[name] === 'function') paths.set(holder[name], `${namespace}.${name}`);
    }
  }
  for (const name of [...BUILTIN_FUNCTIONS, ...MORE_FUNCTIONS]) paths.set(globals[name], name);
  return paths;
}

/** The function a path of builtinPath names. */
export function builtinAt(path: string): unknown {
  let value: unknown = globalThis;
  for (const part of path.split('.')) value = (value as Record<string, unknown>)[part];
  return value;
}
