/** Random cells: equations over vectors of several sizes and numbers, with products, reductions, broadcasts, and states that read one another. */
import { cell } from "../../src/language/index.ts";
import type { Cell } from "../../src/language/index.ts";
import { createRandom } from "../../src/util/random.ts";
import type { Random } from "../../src/util/random.ts";

/** A dimension's name, or 1 for a number. */
type Size = "I" | "H" | "P" | "1";

interface Name {
  readonly name: string;
  readonly size: Size;
}

/** A cell while it is written. */
interface Writing {
  readonly random: Random;
  /** What an expression may read so far, parameters left out. */
  readonly readable: Name[];
  /** Declarations by parameter. */
  readonly parameters: Map<string, string>;
  /** Whether there are memories, which are then declared among the parameters. */
  readonly attends: boolean;
}

const stateSets: readonly (readonly Name[])[] = [
  [{ name: "h", size: "H" }],
  [
    { name: "h", size: "H" },
    { name: "q", size: "P" },
  ],
  [
    { name: "h", size: "H" },
    { name: "s", size: "1" },
  ],
  [
    { name: "h", size: "H" },
    { name: "c", size: "H" },
  ],
  [
    { name: "h", size: "H" },
    { name: "q", size: "P" },
    { name: "s", size: "1" },
  ],
];

const functions = ["tanh", "sigmoid", "relu", "softplus", "sin", "abs"] as const;

/** The cell of this seed, with dimensions I, H and maybe P; `attends` lets it attend to memories. */
export function randomCell(seed: number, { attends = false }: { readonly attends?: boolean } = {}): Cell {
  const random = createRandom(seed);
  const states = choose(random, stateSets);
  const writing: Writing = { random, readable: [{ name: "x", size: "I" }, ...states], parameters: new Map(), attends };
  const between = Array.from({ length: random.integer(3) }, (_, n): Name => ({
    name: `z${n}`,
    size: choose(random, ["H", "P", "1"]),
  }));
  const lines: string[] = [];
  for (const one of random.shuffle([...states, ...between])) {
    const isState = states.includes(one);
    const name = isState ? `${one.name}'` : one.name;
    const value = writeValue(writing, one.size, 3);
    lines.push(
      `${name} = ${isState ? choose(random, [`tanh(${value})`, `0.5 * ${one.name} + tanh(${value})`, value]) : value}`,
    );
    writing.readable.push({ name, size: one.size });
  }
  if (random.uniform() < 0.5) lines.push(`y = ${writeValue(writing, "H", 3)}`);
  const declared = [...states, ...between].map(({ name, size }) => declare(name, size));
  return cell(`random${seed}`, [...declared, ...writing.parameters.values(), ...lines].join("\n"));
}

/** An expression of this size, at most `depth` operations deep. */
function writeValue(writing: Writing, size: Size, depth: number): string {
  const { random, readable } = writing;
  if (depth === 0)
    return writeLeaf(
      writing,
      size,
      readable.filter((one) => one.size === size),
    );
  const of = (other: Size): string => writeValue(writing, other, depth - 1);
  const same = (): string => of(size);
  const from = choose<Size>(random, ["I", "H", "P"]);
  const product = (): string => `(${writeParameter(writing, "M", [size, from])} ${of(from)})`;
  const elementwise = [
    () => `(${same()} + ${same()})`,
    () => `(${same()} - ${same()})`,
    () => `(${same()} * ${same()})`,
    () => `${choose(random, functions)}(${same()})`,
    () => `max(${same()}, ${same()})`,
    same,
  ];
  const reductions = [() => `mean(${of(from)})`, () => `largest(${of(from)})`, () => `sum(${of(from)})`];
  const ofVectors = [
    product,
    product,
    product,
    () => `(${same()} * ${of("1")})`,
    () => `(${same()} + ${of("1")})`,
    () => `norm(${same()})`,
    () => `softmax(${same()})`,
    ...(writing.attends ? [() => writeAttention(writing, size, { from, query: of })] : []),
  ];
  return choose(random, [...elementwise, ...(size === "1" ? reductions : ofVectors)])();
}

interface Attending {
  /** The size of the query where keys are scored. */
  readonly from: Size;
  readonly query: (size: Size) => string;
}

/** The mean of a memory's rows of this size: by the rows themselves, by keys, or by the additive score. */
function writeAttention(writing: Writing, size: Size, { from, query }: Attending): string {
  const { random, parameters } = writing;
  const memory = `memory_${size}`;
  parameters.set(memory, declare(memory, size));
  const keys = (): string => `${writeParameter(writing, "K", [from, size])} ${memory}`;
  return choose(random, [
    () => `attend(${query(size)}, ${memory})`,
    () => `attend(${query(from)}, ${keys()}, ${memory})`,
    () => `attend(${query(from)}, ${keys()}, ${memory}, ${query(from)})`,
  ])();
}

function writeLeaf(writing: Writing, size: Size, names: readonly Name[]): string {
  const { random } = writing;
  if (names.length > 0 && random.uniform() < 0.7) return choose(random, names).name;
  if (size === "I") return "x";
  return size === "1" && random.uniform() < 0.3
    ? choose(random, ["0.3", "(t / 10)"])
    : writeParameter(writing, "k", [size]);
}

/** One of two parameters of these sizes. */
function writeParameter(
  { random, parameters }: Writing,
  letter: string,
  [rows, columns]: readonly [Size, Size?],
): string {
  const name = `${letter}_${rows}${columns ?? ""}${random.integer(2)}`;
  parameters.set(name, columns === undefined ? declare(name, rows) : `${name} in R^(${rows} x ${columns})`);
  return name;
}

function declare(name: string, size: Size): string {
  return size === "1" ? `${name} in R` : `${name} in R^${size}`;
}

function choose<T>(random: Random, of: readonly T[]): T {
  return of[random.integer(of.length)]!;
}
