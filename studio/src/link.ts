/** The state of a room in the link: `#/room?key=value&…`, read and printed. What a link says wrongly falls back to the default. */

/** Where the reader is: the name of a room (`""` for the first page), and texts by key. */
export interface Place {
  readonly room: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Reads the part of an address from `#` on. Never throws: what cannot be read is left out. */
export function parseLink(hash: string): Place {
  const [, path = "", query = ""] = /^#?\/?([^?]*)\??(.*)$/s.exec(hash) ?? [];
  return { room: path.replace(/\/+$/, ""), values: Object.fromEntries(new URLSearchParams(query)) };
}

/** The part of an address from `#` on; keys in the order of the values. */
export function printLink({ room, values }: Place): string {
  const query = new URLSearchParams(values).toString();
  return `#/${room}${query === "" ? "" : `?${query}`}`;
}

/** How one value of a room stands in the link. */
export interface Field<T> {
  readonly fallback: T;
  /** Undefined for a text that is no such value. */
  readonly parse: (text: string) => T | undefined;
  readonly print: (value: T) => string;
}

/** One of some names. */
export function choiceField<const T extends string>(names: readonly T[], fallback: NoInfer<T>): Field<T> {
  return { fallback, parse: (text) => names.find((name) => name === text), print: (value) => value };
}

/** A whole number within bounds, both possible. */
export function wholeField(
  fallback: number,
  { from, to }: { readonly from: number; readonly to: number },
): Field<number> {
  const parse = (text: string): number | undefined => {
    const value = /^-?\d+$/.test(text) ? Number(text) : NaN;
    return value >= from && value <= to ? value : undefined;
  };
  return { fallback, parse, print: String };
}

/** A number within bounds, both possible. */
export function numberField(
  fallback: number,
  { from, to }: { readonly from: number; readonly to: number },
): Field<number> {
  const parse = (text: string): number | undefined => {
    const value = text.trim() === "" ? NaN : Number(text);
    return value >= from && value <= to ? value : undefined;
  };
  return { fallback, parse, print: String };
}

/** Yes or no: `1` or `0`. */
export function flagField(fallback: boolean): Field<boolean> {
  const parse = (text: string): boolean | undefined => (text === "1" ? true : text === "0" ? false : undefined);
  return { fallback, parse, print: (value) => (value ? "1" : "0") };
}

/** Any text up to a length; a longer one is not taken at all, as half a text would be another one. */
export function textField(fallback = "", most = 4000): Field<string> {
  return { fallback, parse: (text) => (text.length <= most ? text : undefined), print: (value) => value };
}

/** The values of a room, by key. */
export type Fields<S> = { readonly [K in keyof S]: Field<S[K]> };

/** The state that texts stand for. */
export function readState<S extends object>(fields: Fields<S>, values: Readonly<Record<string, string>>): S {
  const entries = Object.entries(fields as Readonly<Record<string, Field<unknown>>>).map(([key, field]) => {
    const text = Object.hasOwn(values, key) ? values[key] : undefined;
    return [key, (text === undefined ? undefined : field.parse(text)) ?? field.fallback] as const;
  });
  return Object.fromEntries(entries) as S;
}

/** The texts that stand for a state, without those that say nothing but the default. */
export function writeState<S extends object>(fields: Fields<S>, state: S): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [key, field] of Object.entries(fields as Readonly<Record<string, Field<unknown>>>)) {
    const text = field.print(state[key as keyof S]);
    if (text !== field.print(field.fallback)) values[key] = text;
  }
  return values;
}
