/** Reads plain data that came from outside (a model file, a list of workloads), naming the place of what is wrong. */

/** A value at a place; each method gives it as what it should be, or fails. */
export interface PlainData {
  /** Where it stands, such as `network.layers[2].size`. */
  readonly path: string;
  readonly value: unknown;
  /** An object with no other keys than these, if they are given. */
  object(keys?: readonly string[]): PlainObject;
  array(most?: number): readonly PlainData[];
  /** A text of at most `most` UTF-16 units. */
  text(most?: number): string;
  /** A finite number. */
  number(least?: number, most?: number): number;
  whole(least?: number, most?: number): number;
  flag(): boolean;
  oneOf<const T extends string>(choices: readonly T[]): T;
  /** Throws the reader's own error. */
  fail(what: string): never;
}

export interface PlainObject {
  readonly keys: readonly string[];
  get(key: string): PlainData;
  /** Nothing where the key is absent. */
  find(key: string): PlainData | undefined;
  /** All entries, read one by one. */
  map<T>(read: (entry: PlainData, key: string) => T): Readonly<Record<string, T>>;
}

/** How a failure becomes an error: which place, and what is wrong there. */
export type FailureOf = (path: string, what: string) => Error;

/** A JSON text to be read; fails where it is none. */
export function plainJson(text: string, errorOf: FailureOf): PlainData {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw errorOf("", "is no JSON");
  }
  return plainData(value, "", errorOf);
}

/** A value to be read. */
export function plainData(value: unknown, path: string, errorOf: FailureOf): PlainData {
  const fail = (what: string): never => {
    throw errorOf(path, what);
  };
  const at = (inner: unknown, step: string): PlainData =>
    plainData(inner, path === "" ? step : `${path}${step.startsWith("[") ? "" : "."}${step}`, errorOf);
  const number = (least = -Infinity, most = Infinity): number => {
    if (typeof value !== "number" || !Number.isFinite(value)) return fail(`is ${describe(value)}, not a finite number`);
    if (value < least || value > most) return fail(`is ${value}, not a number ${rangeText(least, most)}`);
    return value;
  };
  return {
    path,
    value,
    fail,
    number,
    object: (keys) => {
      if (typeof value !== "object" || value === null || Array.isArray(value))
        return fail(`is ${describe(value)}, not an object`);
      const entries = new Map(Object.entries(value));
      const unknown = keys === undefined ? undefined : [...entries.keys()].find((key) => !keys.includes(key));
      if (unknown !== undefined) fail(`has ${JSON.stringify(unknown)}, which has no meaning here`);
      return {
        keys: [...entries.keys()],
        get: (key) => (entries.has(key) ? at(entries.get(key), key) : fail(`lacks ${JSON.stringify(key)}`)),
        find: (key) => (entries.has(key) ? at(entries.get(key), key) : undefined),
        map: (read) => Object.fromEntries([...entries].map(([key, inner]) => [key, read(at(inner, key), key)])),
      };
    },
    array: (most = Infinity) => {
      if (!Array.isArray(value)) return fail(`is ${describe(value)}, not a list`);
      if (value.length > most) return fail(`has ${value.length} entries; at most ${most} are read`);
      return value.map((inner, index) => at(inner, `[${index}]`));
    },
    text: (most = Infinity) => {
      if (typeof value !== "string") return fail(`is ${describe(value)}, not a text`);
      return value.length > most ? fail(`is a text of ${value.length} characters; at most ${most} are read`) : value;
    },
    whole: (least = -Infinity, most = Infinity) => {
      const whole = number(least, most);
      return Number.isSafeInteger(whole) ? whole : fail(`is ${whole}, not a whole number`);
    },
    flag: () => (typeof value === "boolean" ? value : fail(`is ${describe(value)}, not true or false`)),
    oneOf: (choices) =>
      choices.find((choice) => choice === value) ?? fail(`is ${describe(value)}, not one of ${choices.join(", ")}`),
  };
}

function rangeText(least: number, most: number): string {
  if (most === Infinity) return `of at least ${least}`;
  return least === -Infinity ? `of at most ${most}` : `from ${least} to ${most}`;
}

/** A value in a few words: it may be long, and come from anyone. */
function describe(value: unknown): string {
  if (value === undefined) return "absent";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
