// Flags of Mesos that mean nothing here yet: refused where they ask for something, taken where they do no harm.

/** Something that Mesos has and this daemon does not have yet: saying so beats running without it in silence. */
export const unavailable = (what: string) => ({
  check: (value: unknown) =>
    value === true || (typeof value === 'string' && value !== '')
      ? `${what} is not available yet; leave the flag out`
      : undefined,
});

/** Starts the help of a flag whose value changes nothing. */
export const COMPATIBLE = 'Taken for compatibility: ';
