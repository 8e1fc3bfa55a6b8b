// A bag is a value of resources with all that a cycle asks of it worked out once: amounts by name, what counts against
// quota, for whom it is reserved, what it takes to understand it. Equal bags of a table are the same object, so agents
// of one kind share theirs, and what is worked out for one of them (a part, a rest, a sum) is worked out for all.
import { isRefined, isReserved, isShared, isStrictSubroleOf, Quantities, Resources } from '@mini-mesos/resources';
import type { ResourceItem } from '@mini-mesos/resources';
import { countsWhenHeld } from '../quota/quota.js';
import { Memo, MemoBook } from './memo.js';
import type { NameTable } from './names.js';

/** Capabilities without which part of a bag is not understood, as bits. */
export const NEEDS_SHARED = 1;
export const NEEDS_REVOCABLE = 2;
export const NEEDS_REFINED = 4;

export interface SharedPart {
  readonly key: string;
  readonly copies: number;
  /** Undefined where it is no scalar. */
  readonly name: number | undefined;
  readonly milli: number;
}

const NO_SHARED: readonly SharedPart[] = [];
const NO_OWNERS: readonly string[] = [];

function needsOf(item: ResourceItem): number {
  return (
    (isShared(item) ? NEEDS_SHARED : 0) | (item.revocable ? NEEDS_REVOCABLE : 0) | (isRefined(item) ? NEEDS_REFINED : 0)
  );
}

export class Bag {
  /** Without allocation. */
  readonly resources: Resources;
  readonly isEmpty: boolean;
  /** Scalars by name, without shared ones. */
  readonly names: number[] = [];
  readonly milli: number[] = [];
  /** What counts against quota by being held. */
  readonly countedNames: number[] = [];
  readonly countedMilli: number[] = [];
  /** Whether what counts can be cut to any amount. */
  readonly isCountedDivisible: boolean;
  readonly shared: readonly SharedPart[];
  /** What has to be understood: NEEDS_ bits. */
  readonly needs: number;
  /** Roles for which something is reserved. */
  readonly owners: readonly string[];
  readonly #table: BagTable;
  #allocated: Memo<string, Resources> | undefined;
  #parts: Memo<string, Bag> | undefined;
  #minus: Memo<Bag, Bag> | undefined;
  #plus: Memo<Bag, Bag> | undefined;
  #minima: readonly Quantities[] | undefined;
  #isLarge = false;
  #notCounted: Resources | undefined;
  #unshared: Bag | undefined;
  #sharedPart: Bag | undefined;
  /** When nobody could get anything of it, whatever the agent: a count of loosenings of the cluster. */
  refusedAt = -1;

  constructor(table: BagTable, resources: Resources) {
    this.#table = table;
    this.resources = resources;
    this.isEmpty = resources.isEmpty;
    let needs = 0;
    let isDivisible = true;
    const owners = new Set<string>();
    const shared: SharedPart[] = [];
    const numbers = table.names;
    for (const item of resources.items) {
      needs |= needsOf(item);
      if (isReserved(item)) owners.add(item.reservations[item.reservations.length - 1]!.role);
      const { value } = item;
      const name = value.type === 'SCALAR' ? numbers.of(item.name) : undefined;
      const milli = value.type === 'SCALAR' ? value.milli : 0;
      if (item.sharedCount !== undefined) shared.push({ key: item.key, copies: item.sharedCount, name, milli });
      else if (name !== undefined) addTo(this.names, this.milli, { name, milli });
      if (name === undefined || !countsWhenHeld(item)) continue;
      addTo(this.countedNames, this.countedMilli, { name, milli });
      if (item.kind !== 'divisible') isDivisible = false;
    }
    this.needs = needs;
    this.owners = owners.size === 0 ? NO_OWNERS : [...owners];
    this.shared = shared.length === 0 ? NO_SHARED : shared;
    this.isCountedDivisible = isDivisible;
  }

  /** The resources allocated to a role. */
  allocatedTo(role: string): Resources {
    this.#allocated ??= new Memo();
    return this.#allocated.get(role) ?? this.#allocated.set(role, this.resources.allocate(role));
  }

  /** Whether these are the same resources, which may be allocated. */
  isSameAs(resources: Resources): boolean {
    const own = this.resources.items;
    const others = resources.items;
    if (own === others) return true;
    if (own.length !== others.length) return false;
    for (let i = 0; i < own.length; i += 1) {
      const [left, right] = [own[i]!, others[i]!];
      if (left.baseKey !== right.baseKey || left.sharedCount !== right.sharedCount) return false;
      const [a, b] = [left.value, right.value];
      if (a.type === 'SCALAR' && b.type === 'SCALAR' ? a.milli !== b.milli : !sameValue(a, b)) return false;
    }
    return true;
  }

  /** At least one of the minima, each of which may name several resources. No minima: anything but nothing. */
  isLargeEnough(minima: readonly Quantities[]): boolean {
    if (this.#minima === minima) return this.#isLarge;
    this.#minima = minima;
    this.#isLarge = !this.isEmpty && (minima.length === 0 || minima.some((m) => this.resources.containsQuantities(m)));
    return this.#isLarge;
  }

  /** What a role may get of it. */
  allocatableTo(role: string): Bag {
    if (this.owners.length === 0) return this;
    let mask = 'r';
    for (const owner of this.owners) mask += owner === role || isStrictSubroleOf(role, owner) ? '1' : '0';
    if (!mask.includes('0')) return this;
    return this.#parts?.get(mask) ?? this.#remember(mask, this.resources.allocatableTo(role));
  }

  /** What somebody understands of it who has the capabilities of `can`, as NEEDS_ bits. */
  understoodWith(can: number): Bag {
    const lacking = this.needs & ~can;
    if (lacking === 0) return this;
    const key = `u${lacking}`;
    const known = this.#parts?.get(key);
    return (
      known ??
      this.#remember(
        key,
        this.resources.filter((item) => (needsOf(item) & lacking) === 0),
      )
    );
  }

  /** Cut down so that no more counts against quota than `milli`, by place in `countedNames`. */
  cutTo(milli: readonly number[]): Bag {
    const key = `c${milli.join()}`;
    const known = this.#parts?.get(key);
    if (known !== undefined) return known;
    const sizes = Quantities.of(
      this.countedNames.map((name, i) => [this.#table.names.names[name]!, milli[i]!] as const),
    );
    const cut = this.resources.filter(countsWhenHeld).shrinkTo(sizes);
    return this.#remember(key, this.notCounted.plus(cut));
  }

  /** Without shared volumes. */
  get unshared(): Bag {
    if (this.shared.length === 0) return this;
    this.#unshared ??= this.#table.of(this.resources.nonShared());
    return this.#unshared;
  }

  /** Its shared volumes. */
  get sharedPart(): Bag {
    if (this.shared.length === 0) return this.#table.empty;
    this.#sharedPart ??= this.#table.of(this.resources.shared());
    return this.#sharedPart;
  }

  /** What does not count against quota by being held. */
  get notCounted(): Resources {
    this.#notCounted ??= this.resources.filter((item) => !countsWhenHeld(item));
    return this.#notCounted;
  }

  minus(other: Bag): Bag {
    if (other === this) return this.#table.empty;
    if (other.isEmpty) return this;
    this.#minus ??= new Memo(this.#table.memos);
    return this.#minus.get(other) ?? this.#minus.set(other, this.#table.of(this.resources.minus(other.resources)));
  }

  plus(other: Bag): Bag {
    if (this.isEmpty) return other;
    if (other.isEmpty) return this;
    this.#plus ??= new Memo(this.#table.memos);
    return this.#plus.get(other) ?? this.#plus.set(other, this.#table.of(this.resources.plus(other.resources)));
  }

  #remember(key: string, resources: Resources): Bag {
    this.#parts ??= new Memo(this.#table.memos);
    return this.#parts.set(key, this.#table.of(resources));
  }
}

function addTo(names: number[], milli: number[], amount: { name: number; milli: number }): void {
  const at = names.indexOf(amount.name);
  if (at >= 0) milli[at]! += amount.milli;
  else {
    names.push(amount.name);
    milli.push(amount.milli);
  }
}

type Value = ResourceItem['value'];

function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.type === 'RANGES' && b.type === 'RANGES') {
    if (a.ranges === b.ranges) return true;
    if (a.ranges.length !== b.ranges.length) return false;
    return a.ranges.every(({ begin, end }, i) => begin === b.ranges[i]!.begin && end === b.ranges[i]!.end);
  }
  if (a.type === 'SET' && b.type === 'SET') {
    return a.items.length === b.items.length && a.items.every((item, i) => item === b.items[i]);
  }
  return false;
}

/** Bags of more items are not shared. */
const SHARED_ITEMS_MAX = 32;

/** Most results of all bags that are remembered. */
const MEMOS_MAX = 8_192;

/** Most bags that a table shares; at the maximum it starts anew, which costs memory and speed only. */
const BAGS_MAX = 4_096;

export class BagTable {
  readonly names: NameTable;
  readonly empty: Bag;
  /** What was worked out for all bags. */
  readonly memos = new MemoBook(MEMOS_MAX);
  readonly #bags = new Map<string, Bag>();

  constructor(names: NameTable) {
    this.names = names;
    this.empty = new Bag(this, Resources.EMPTY);
  }

  /** `resources` must have no allocation. */
  of(resources: Resources): Bag {
    if (resources.isEmpty) return this.empty;
    // Hardly any two agents have the same of so much, and telling would take longer than it saves.
    if (resources.items.length > SHARED_ITEMS_MAX) return new Bag(this, resources);
    const key = signatureOf(resources);
    const known = this.#bags.get(key);
    if (known !== undefined) return known;
    const bag = new Bag(this, resources);
    if (this.#bags.size >= BAGS_MAX) this.#bags.clear();
    this.#bags.set(key, bag);
    return bag;
  }
}

function signatureOf({ items }: Resources): string {
  let text = '';
  for (const { baseKey, value, sharedCount, disk } of items) {
    text += baseKey;
    // How a volume is mounted is no part of its key, but of what is offered.
    if (disk !== undefined) text += JSON.stringify(disk);
    if (value.type === 'SCALAR') text += `\u0001${value.milli}`;
    else if (value.type === 'RANGES') for (const { begin, end } of value.ranges) text += `\u0002${begin}-${end}`;
    else text += `\u0003${value.items.length}\u0003${value.items.join('\u0003')}`;
    text += sharedCount === undefined ? '\u0004' : `\u0005${sharedCount}\u0004`;
  }
  return text;
}
