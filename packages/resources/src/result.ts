// Expected outcomes are values: what succeeded, or the reason why not.

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const fail = (error: string): { readonly ok: false; readonly error: string } => ({ ok: false, error });
