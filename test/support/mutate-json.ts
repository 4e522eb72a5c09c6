/** JSON that lies: a value with some of its parts changed, as a hostile file would have them. */
import type { Random } from "../../src/util/random.ts";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Stands for a key that JSON.stringify cannot be given. */
const protoKey = "@proto@";

const oddNumbers = [0, -1, 1, 2, 0.5, 1e-320, 255, 4097, 1e6, 2 ** 24, 2 ** 31, 2 ** 32, 2 ** 53, -1e308, 1e308];
const oddTexts = [
  "",
  " ",
  "__proto__",
  "constructor",
  "toString",
  "length",
  "NaN",
  "Infinity",
  "1",
  "\u0000",
  "\ud800",
];

/** The text of a document in which so many parts are changed, most of them below `focus`. */
export function mutateJson(
  document: string,
  random: Random,
  { edits, focus }: { readonly edits: number; readonly focus: string },
): string {
  let root = JSON.parse(document) as Json;
  for (let edit = 0; edit < edits; edit++) {
    const whole = typeof root === "object" && root !== null && !Array.isArray(root) ? root : {};
    const below = whole[focus];
    const isBelow = below !== undefined && random.uniform() < 0.7;
    root = isBelow ? { ...whole, [focus]: change(below, root, random, 0) } : change(root, root, random, 0);
  }
  return JSON.stringify(root).replaceAll(protoKey, "__proto__");
}

/** Goes down to some part, and gives the whole with another in its place. */
function change(value: Json, root: Json, random: Random, depth: number): Json {
  const isInner = typeof value === "object" && value !== null;
  if (!isInner || random.uniform() < 0.06 * depth) return replace(value, root, random);
  if (Array.isArray(value)) {
    if (value.length === 0) return replace(value, root, random);
    const at = random.integer(value.length);
    return value.map((inner, index) => (index === at ? change(inner, root, random, depth + 1) : inner));
  }
  const keys = Object.keys(value);
  const key = keys[random.integer(Math.max(1, keys.length))];
  if (key === undefined) return replace(value, root, random);
  if (random.uniform() < 0.12) return Object.fromEntries(Object.entries(value).filter(([one]) => one !== key));
  return Object.fromEntries(
    Object.entries(value).map(([one, inner]) => [one, one === key ? change(inner, root, random, depth + 1) : inner]),
  );
}

function replace(value: Json, root: Json, random: Random): Json {
  const pick = <T>(choices: readonly T[]): T => choices[random.integer(choices.length)]!;
  const other = random.uniform();
  if (other < 0.1) return pickPart(root, random);
  if (other < 0.2) return pick<Json>([null, true, false, [], {}, 0, "", { length: 2 ** 31 }]);
  if (typeof value === "number") return pick([...oddNumbers, value + 1, value - 1, -value, value * 2, String(value)]);
  if (typeof value === "string")
    return pick([...oddTexts, value.slice(0, 20).repeat(5000), `${value} `, value.slice(1), [value]]);
  if (typeof value === "boolean") return pick<Json>([!value, 1, "true"]);
  if (Array.isArray(value)) {
    const [first = null] = value;
    return pick<Json>([
      value.slice(1),
      value.toReversed(),
      [...value, ...value],
      [...value, first],
      value.map(() => first),
      { ...value },
      Array.from({ length: 20_000 }, () => first),
      [value],
    ]);
  }
  return pick<Json>([[value], Object.values(value ?? {}), { ...value, [protoKey]: {} }, { ...value, extra: 1 }, null]);
}

/** Any part of the whole. */
function pickPart(value: Json, random: Random): Json {
  if (typeof value !== "object" || value === null || random.uniform() < 0.15) return value;
  const parts = Object.values(value);
  return parts.length === 0 ? value : pickPart(parts[random.integer(parts.length)]!, random);
}
