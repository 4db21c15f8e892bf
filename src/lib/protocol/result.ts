/** What a checked decoder answers: the value, or why not. Decoders of bytes from outside never throw. */
export type Decoded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

export const decoded = <T>(value: T): Decoded<T> => ({ ok: true, value });
export const undecodable = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });
