/** Checks what is given beside a cell's text: its form, and that each name in it means something in the cell. */
import { RecurraError } from "../util/errors.ts";
import type { Cell, CellOptions, Initialiser } from "./cell.ts";
import { reservation } from "./names.ts";
import { nearest } from "./nearest.ts";

type InitialiserNumbers<K extends Initialiser["kind"]> = readonly Exclude<
  keyof Extract<Initialiser, { readonly kind: K }>,
  "kind"
>[];

/** The numbers each kind of initialiser has. */
const initialiserNumbers: { readonly [K in Initialiser["kind"]]: InitialiserNumbers<K> } = {
  constant: ["value"],
  uniform: ["low", "high"],
  normal: ["mean", "deviation"],
  torch: [],
  glorot: [],
  orthogonal: ["gain"],
  identity: ["scale"],
  spectral: ["radius", "density"],
  "ring-nu": ["low", "high"],
  "ring-theta": ["maxPhase"],
};

/** How an option is checked before the text is read; gives what is wrong, or undefined. */
const forms: { readonly [K in keyof Required<CellOptions>]: (given: unknown) => string | undefined } = {
  constants: (given) => eachEntry(given, (name, value) => freeName(name) ?? finite(value)),
  inputs: (given) => eachEntry(given, (name, value) => freeName(name) ?? dimension(value)),
  initialStates: (given) => eachEntry(given, (_, value) => finite(value)),
  sizes: (given) => eachEntry(given, (_, value) => size(value)),
  initialisers: (given) => eachEntry(given, (_, value) => initialiser(value)),
  frozen: (given) =>
    Array.isArray(given) && given.every((name) => typeof name === "string") ? undefined : "must be a list of names",
  source: (given) => (typeof given === "string" ? undefined : "must be a text"),
  summary: (given) => (typeof given === "string" ? undefined : "must be a text"),
};

/**
 * Checks the form of options, which may come from a file.
 *
 * @throws {RecurraError} `language/bad-option`, naming the option and the entry.
 */
export function checkOptionForms(cellName: string, options: CellOptions): void {
  const known = new Map(Object.entries(forms));
  for (const [option, given] of Object.entries(options)) {
    const check = known.get(option);
    if (check === undefined) {
      const near = nearest(option, known.keys());
      throw badOption(
        cellName,
        `there is no option ${option}; ${near === undefined ? `the options are ${[...known.keys()].join(", ")}` : `did you mean ${near}?`}`,
      );
    }
    const wrong = given === undefined ? undefined : check(given);
    if (wrong !== undefined) throw badOption(cellName, `option ${option} ${wrong}`);
  }
  const inputs = new Set(Object.keys(options.inputs ?? {}));
  const twice = Object.keys(options.constants ?? {}).find((name) => inputs.has(name));
  if (twice !== undefined) throw badOption(cellName, `${twice} is given both as a constant and as an input; keep one`);
}

/**
 * Checks that each name in the options is one of the cell's.
 *
 * @throws {RecurraError} `language/unused-option`, with the name that may have been meant.
 */
export function checkOptionNames(cell: Cell, readConstants: ReadonlyMap<string, number>): void {
  const { options } = cell;
  const parameters = cell.parameters.map(({ name }) => name);
  const check = (option: string, given: Iterable<string>, candidates: readonly string[], what: string): void => {
    for (const name of given) {
      const pattern = option === "initialisers" && name.endsWith("*") ? name.slice(0, -1) : undefined;
      if (
        pattern === undefined
          ? candidates.includes(name)
          : candidates.some((candidate) => candidate.startsWith(pattern))
      )
        continue;
      const near = nearest(name, candidates);
      const list = candidates.length === 0 ? `It has no ${what}.` : `Its ${what} are ${candidates.join(", ")}.`;
      const isPattern = pattern === undefined && name.endsWith("*");
      const advice = isPattern
        ? `Only keys of initialisers may end in *; write every name. ${list}`
        : near === undefined
          ? list
          : `Did you mean ${near}?`;
      throw new RecurraError(
        "language/unused-option",
        `cell "${cell.name}": option ${option} names ${name}, which matches none of the cell's ${what}. ${advice}`,
      );
    }
  };
  const keys = (record: object | undefined): string[] => Object.keys(record ?? {});
  check("constants", keys(options.constants), [...readConstants.keys()], "constants");
  check(
    "inputs",
    keys(options.inputs),
    cell.inputs.map(({ name }) => name),
    "inputs",
  );
  check("frozen", options.frozen ?? [], parameters, "parameters");
  check("initialisers", keys(options.initialisers), parameters, "parameters");
  check(
    "initialStates",
    keys(options.initialStates),
    cell.states.map(({ name }) => name),
    "states",
  );
  check("sizes", keys(options.sizes), cell.dimensions, "dimensions other than I and H");
  const wholes = Object.values(options.sizes ?? {}).flatMap((size) =>
    typeof size === "string" ? [size.replace(/\/.*/, "").trim()] : [],
  );
  check("sizes", wholes, ["I", "H", ...cell.dimensions], "dimensions");
}

function badOption(cellName: string, what: string): RecurraError {
  return new RecurraError("language/bad-option", `cell "${cellName}": ${what}`);
}

function eachEntry(given: unknown, check: (name: string, value: unknown) => string | undefined): string | undefined {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return "must be an object with an entry for each name";
  for (const [name, value] of Object.entries(given)) {
    const wrong = check(name, value);
    if (wrong !== undefined) return `has an entry ${name} that ${wrong}`;
  }
  return undefined;
}

function freeName(name: string): string | undefined {
  if (!/^\p{L}[\p{L}\p{M}\p{Nd}₀-₉_]*$/u.test(name))
    return "is not a name: letters, digits and underscores, a letter first";
  const reserved = reservation(name) ?? (name === "y" ? "y is the output" : undefined);
  return reserved === undefined ? undefined : `cannot have that name: ${reserved}`;
}

function finite(value: unknown): string | undefined {
  return typeof value === "number" && Number.isFinite(value) ? undefined : "must be a finite number";
}

function dimension(value: unknown): string | undefined {
  if (typeof value === "string" && /^\p{L}\w*$/u.test(value) && reservation(value) === undefined) return undefined;
  return Number.isSafeInteger(value) && Number(value) >= 0
    ? undefined
    : 'must be the name of a dimension such as "E", a whole number, or 0 for a number';
}

function size(value: unknown): string | undefined {
  if (typeof value === "string" && /^\s*\p{L}\w*\s*(\/\s*[1-9]\d*)?\s*$/u.test(value)) return undefined;
  return Number.isSafeInteger(value) && Number(value) > 0
    ? undefined
    : 'must be a whole number above 0, or a share such as "H/2"';
}

function initialiser(value: unknown): string | undefined {
  const kinds = new Map<unknown, readonly string[]>(Object.entries(initialiserNumbers));
  const entries = new Map<string, unknown>(typeof value === "object" && value !== null ? Object.entries(value) : []);
  const numbers = kinds.get(entries.get("kind"));
  if (numbers === undefined) return `must be an object whose kind is one of ${[...kinds.keys()].join(", ")}`;
  const missing = numbers.find((name) => finite(entries.get(name)) !== undefined);
  return missing === undefined ? undefined : `needs a finite number ${missing}`;
}
