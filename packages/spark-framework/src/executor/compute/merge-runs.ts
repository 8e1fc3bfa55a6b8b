// Merges sorted runs into one sorted sequence. Equal elements come out in the order of their runs, which makes the
// merge stable when runs were cut one after another from one sequence.

/** A binary heap of run heads would cost more than it saves below some hundred runs; spills make a handful. */
export function* mergeSorted<T>(runs: readonly Iterator<T>[], compare: (a: T, b: T) => number): Generator<T> {
  const heads: { value: T; run: Iterator<T> }[] = [];
  for (const run of runs) {
    const step = run.next();
    if (step.done !== true) heads.push({ value: step.value, run });
  }
  while (heads.length > 0) {
    let best = 0;
    for (let index = 1; index < heads.length; index++) {
      if (compare((heads[index] as { value: T }).value, (heads[best] as { value: T }).value) < 0) best = index;
    }
    const head = heads[best] as { value: T; run: Iterator<T> };
    yield head.value;
    const step = head.run.next();
    if (step.done === true) heads.splice(best, 1);
    else head.value = step.value;
  }
}
