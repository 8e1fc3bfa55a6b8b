// Goal: O1 to O3 of the offer book. Method: a random sequence of operations against a plain model, and examples.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { combinable, DEAD_OFFERS_MAX, OfferBook, OFFERS_MAX } from '../src/core/offer-book.js';

const offer = (id: string | number) => ({ id: { value: String(id) } });
const ids = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 3 });
const steps = fc.oneof(
  fc.tuple(fc.constantFrom('add' as const, 'show' as const, 'take' as const, 'give-back' as const), ids),
  fc.tuple(
    fc.constant('rescind' as const),
    ids.map((some) => some.slice(0, 1)),
  ),
  fc.tuple(fc.constant('clear' as const), fc.constant([] as string[])),
);

test('O1, O2, O3: the book agrees with a set of outstanding offers', () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 40 }), (sequence) => {
      const book = new OfferBook();
      const outstanding = new Set<string>();
      const shown = new Set<string>();
      let lastTaken: string[] = [];
      for (const [step, some] of sequence) {
        if (step === 'add') {
          const fresh = [...new Set(some)].filter((id) => !outstanding.has(id));
          book.add(fresh.map(offer));
          for (const id of fresh) {
            outstanding.add(id);
            shown.delete(id);
          }
        } else if (step === 'show') {
          expect(book.show(some.map(offer)).map(({ id }) => id.value)).toEqual(
            some.filter((id) => outstanding.has(id)),
          );
          for (const id of some) if (outstanding.has(id)) shown.add(id);
        } else if (step === 'rescind') {
          const [id = ''] = some;
          expect(book.rescind(id)).toBe(outstanding.has(id) && shown.has(id));
          outstanding.delete(id);
          lastTaken = lastTaken.filter((other) => other !== id);
        } else if (step === 'take') {
          const isFine = new Set(some).size === some.length && some.every((id) => outstanding.has(id));
          expect(book.take(some).ok).toBe(isFine);
          if (isFine) {
            for (const id of some) outstanding.delete(id);
            lastTaken = some;
          }
        } else if (step === 'give-back') {
          const back = lastTaken.filter((id) => !outstanding.has(id));
          book.giveBack(back.map(offer));
          for (const id of back) {
            outstanding.add(id);
            shown.add(id);
          }
          lastTaken = [];
        } else {
          book.clear();
          outstanding.clear();
          lastTaken = [];
        }
        expect(new Set(book.outstanding.map(({ id }) => id.value))).toEqual(outstanding);
      }
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['was rescinded', (book: OfferBook<{ id: { value: string } }>) => book.rescind('x')],
  ['was used already', (book: OfferBook<{ id: { value: string } }>) => book.take(['x'])],
  ['was lost with the connection', (book: OfferBook<{ id: { value: string } }>) => book.clear()],
])('the error says that an offer %s', (why, die) => {
  const book = new OfferBook();
  book.add([offer('x')]);
  die(book);
  const taken = book.take(['x']);
  expect(taken.ok ? '' : taken.error.message).toContain(`offer x ${why}`);
});

test('an offer taken before the connection broke cannot be given back', () => {
  const book = new OfferBook();
  book.add([offer('x')]);
  book.take(['x']);
  book.clear();
  book.giveBack([offer('x')]);
  expect(book.outstanding).toEqual([]);
});

test('offers beyond the bound are surplus; dead ones are forgotten beyond theirs', () => {
  const book = new OfferBook();
  expect(book.add(Array.from({ length: OFFERS_MAX + 2 }, (_, i) => offer(i))).map(({ id }) => id.value)).toEqual([
    String(OFFERS_MAX),
    String(OFFERS_MAX + 1),
  ]);
  for (let i = 0; i <= DEAD_OFFERS_MAX; i++) book.rescind(String(i));
  const [forgotten, known] = [book.take(['0']), book.take(['1'])];
  expect(forgotten.ok ? '' : forgotten.error.message).toContain('offer 0 is not outstanding');
  expect(known.ok ? '' : known.error.message).toContain('offer 1 was rescinded');
});

test('offers combine when agent and role are the same', () => {
  const make = (id: string, agent: string, role?: string) => ({
    ...offer(id),
    agent_id: { value: agent },
    allocation_info: role === undefined ? undefined : { role },
  });
  expect(combinable([make('1', 'a', 'r'), make('2', 'a', 'r')]).ok).toBe(true);
  expect(combinable([make('1', 'a', 'r'), make('2', 'b', 'r')]).ok).toBe(false);
  expect(combinable([make('1', 'a', 'r'), make('2', 'a')]).ok).toBe(false);
});
