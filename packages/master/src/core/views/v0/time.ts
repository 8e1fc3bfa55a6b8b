// Times in the JSON of /state and its relatives: seconds since 1970, with a fraction.

export function seconds(ms: number): number {
  return ms / 1000;
}
