// What reading a text gives: a value, or a sentence that says what could not be read and what was expected instead.

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

export const success = <T>(value: T): Result<T> => ({ ok: true, value });
export const failure = (error: string): { readonly ok: false; readonly error: string } => ({ ok: false, error });
