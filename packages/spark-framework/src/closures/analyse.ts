// Reads the source of a function and finds what keeps it from running in another process: names from outside, `this`,
// `super`, native code, traces of build tools. Decides nothing about values; see capture.ts.
import { parse, type Node } from 'acorn';
import { analyze } from 'eslint-scope';
import type { FunctionForm } from './types.js';

export interface Analysis {
  readonly form: FunctionForm;
  /** The source as an expression: methods are turned into function expressions. */
  readonly expression: string;
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  /** Names used but not declared inside, in order of first use. */
  readonly freeNames: readonly FreeName[];
  /** The first construct that cannot travel, as a sentence. */
  readonly refusal?: string;
}

export interface FreeName {
  readonly name: string;
  /** Where it is first used, in the source. */
  readonly offset: number;
  /** The function assigns to it. */
  readonly written: boolean;
}

interface AnyNode {
  type: string;
  start: number;
  end: number;
  [property: string]: unknown;
}

/** Analyses what Function.prototype.toString gave. `refusal` is set when it cannot be read or must not travel. */
export function analyseSource(source: string): Analysis {
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) return refused('arrow', nativeRefusal(source));
  const parsed = parseFunction(source);
  if (parsed === undefined) {
    return refused('arrow', 'its source cannot be read as a function (getters and setters cannot travel)');
  }
  const { form, expression, node, shift } = parsed;
  const isAsync = node['async'] === true;
  const isGenerator = node['generator'] === true;
  const refusal = findRefusal(node, form);
  const freeNames = freeNamesOf(expression).map((free) => ({ ...free, offset: free.offset - shift }));
  const base = { form, expression, isAsync, isGenerator, freeNames };
  return refusal === undefined ? base : { ...base, refusal };
}

function refused(form: FunctionForm, refusal: string): Analysis {
  return { form, expression: '', isAsync: false, isGenerator: false, freeNames: [], refusal };
}

function nativeRefusal(source: string): string {
  const bound = /^function \(\)|^function bound /.test(source);
  return bound
    ? 'it is a bound function, whose source JavaScript hides: pass an arrow function and the bound values in the environment'
    : 'its source is native code: wrap the call in an arrow function, for example (x) => nativeCall(x)';
}

interface Parsed {
  form: FunctionForm;
  expression: string;
  node: AnyNode;
  /** How far `expression` is shifted against the source. */
  shift: number;
}

function parseFunction(source: string): Parsed | undefined {
  const direct = tryParse(`(${source})`);
  if (direct !== undefined) {
    const node = expressionOf(direct);
    const form = FORMS[node.type];
    return form === undefined ? undefined : { form, expression: source, node, shift: 0 };
  }
  // A method's text, such as `area(r) { … }`, is no expression; inside an object literal it is.
  const literal = tryParse(`({${source}})`);
  if (literal === undefined) return undefined;
  const property = (expressionOf(literal)['properties'] as AnyNode[])[0];
  if (property === undefined || property['kind'] !== 'init' || property['method'] !== true) return undefined;
  return methodExpression(source, property);
}

const FORMS: Record<string, FunctionForm | undefined> = {
  ArrowFunctionExpression: 'arrow',
  FunctionExpression: 'function',
  ClassExpression: 'class',
};

function methodExpression(source: string, property: AnyNode): Parsed | undefined {
  const value = property['value'] as AnyNode;
  const parametersAt = value.start - 2;
  const key = property['key'] as AnyNode;
  const name = key.type === 'Identifier' && property['computed'] !== true ? ` ${String(key['name'])}` : '';
  const head = `${value['async'] === true ? 'async ' : ''}function${value['generator'] === true ? '*' : ''}${name}`;
  const expression = head + source.slice(parametersAt);
  const parsed = tryParse(`(${expression})`);
  if (parsed === undefined) return undefined;
  return { form: 'method', expression, node: expressionOf(parsed), shift: head.length - parametersAt };
}

function tryParse(text: string): AnyNode | undefined {
  try {
    return parse(text, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowAwaitOutsideFunction: false,
    }) as unknown as AnyNode;
  } catch {
    return undefined;
  }
}

function expressionOf(program: AnyNode): AnyNode {
  const [statement] = program['body'] as AnyNode[];
  return (statement as AnyNode)['expression'] as AnyNode;
}

/** Names that resolve to nothing inside `(expression)`; offsets are into the expression. */
function freeNamesOf(expression: string): FreeName[] {
  const program = parse(`(${expression})`, { ecmaVersion: 'latest', sourceType: 'module', ranges: true });
  const scopes = analyze(program as unknown as Parameters<typeof analyze>[0], {
    ecmaVersion: 2022,
    sourceType: 'module',
  });
  const seen = new Map<string, FreeName>();
  for (const reference of scopes.globalScope?.through ?? []) {
    const { name } = reference.identifier as unknown as { name: string };
    const offset = (reference.identifier as unknown as Node).start - 1;
    const known = seen.get(name);
    const written = reference.isWrite() || known?.written === true;
    seen.set(name, { name, written, offset: Math.min(offset, known?.offset ?? offset) });
  }
  return [...seen.values()].toSorted((a, b) => a.offset - b.offset);
}

/** Walks the tree for what cannot travel. `this` and `super` are allowed inside classes and, `this`, in object methods. */
function findRefusal(root: AnyNode, form: FunctionForm): string | undefined {
  const stack: { node: AnyNode; ownThis: boolean }[] = [{ node: root, ownThis: form === 'class' }];
  while (stack.length > 0) {
    const { node, ownThis } = stack.pop() as { node: AnyNode; ownThis: boolean };
    const refusal = refusalOf(node, ownThis);
    if (refusal !== undefined) return refusal;
    const inner = ownThis || (node !== root && GIVES_THIS.has(node.type));
    for (const child of children(node)) stack.push({ node: child, ownThis: inner });
  }
  return undefined;
}

const GIVES_THIS = new Set(['FunctionExpression', 'FunctionDeclaration', 'ClassExpression', 'ClassDeclaration']);

function refusalOf(node: AnyNode, ownThis: boolean): string | undefined {
  switch (node.type) {
    case 'ThisExpression':
      return ownThis
        ? undefined
        : "it uses 'this', which does not exist on an executor: take what you need into the environment";
    case 'Super':
      return ownThis ? undefined : "it uses 'super', which does not exist on an executor";
    case 'MetaProperty':
      return (node['meta'] as AnyNode)['name'] === 'import'
        ? "it uses 'import.meta', which differs on an executor: pass the value in the environment"
        : undefined;
    case 'CallExpression': {
      const callee = node['callee'] as AnyNode;
      return callee.type === 'Identifier' && callee['name'] === 'eval'
        ? "it calls 'eval', whose free variables cannot be found: write the code out"
        : undefined;
    }
    default:
      return undefined;
  }
}

function* children(node: AnyNode): Generator<AnyNode> {
  for (const name of Object.keys(node)) {
    const value = node[name];
    if (Array.isArray(value)) {
      for (const element of value) if (isNode(element)) yield element;
    } else if (isNode(value)) {
      yield value;
    }
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as AnyNode).type === 'string';
}
