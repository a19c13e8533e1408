/** Tells at run time whether a value that came through a message has the shape it should. */
export type Guard<T> = (value: unknown) => value is T;

/** The type that a guard proves. */
export type Guarded<G> = G extends (value: unknown) => value is infer T ? T : never;

export const isString = (value: unknown): value is string => typeof value === "string";

export const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";

/** A number that can be counted with: neither NaN nor infinite. */
export const isNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);

/** A whole number from 0 on: bytes, entries, positions. */
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** The body of a message that says all by its name. */
export const isNothing = (value: unknown): value is null => value === null;

/** One of the given words. */
export function isOneOf<const T extends string>(...words: readonly T[]): Guard<T> {
  const known = new Set<unknown>(words);
  return (value): value is T => known.has(value);
}

/** What `guard` accepts, or nothing. */
export function isOptional<T>(guard: Guard<T>): Guard<T | undefined> {
  return (value): value is T | undefined => value === undefined || guard(value);
}

export function isListOf<T>(guard: Guard<T>): Guard<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(guard);
}

/** An object with at least these fields, each accepted by its guard. */
export function isShape<T extends object>(fields: { readonly [K in keyof T]-?: Guard<T[K]> }): Guard<T> {
  const checks = Object.entries<Guard<unknown>>(fields);
  return (value): value is T =>
    typeof value === "object" &&
    value !== null &&
    checks.every(([key, guard]) => guard((value as Record<string, unknown>)[key]));
}

/** What any of the guards accepts. */
export function isAnyOf<T>(...guards: readonly Guard<T>[]): Guard<T> {
  return (value): value is T => guards.some(guard => guard(value));
}

// By tag, not by `instanceof`: a webview's frames and the extension host are different realms.
const tagOf = (value: unknown): string => Object.prototype.toString.call(value);

export const isBytes = (value: unknown): value is Uint8Array => tagOf(value) === "[object Uint8Array]";
export const isShorts = (value: unknown): value is Uint16Array => tagOf(value) === "[object Uint16Array]";
export const isDoubles = (value: unknown): value is Float64Array => tagOf(value) === "[object Float64Array]";
