/** The types of a built module. */
import { version } from "../util/version.ts";
import { methodsOf } from "./print-module.ts";
import { entriesOf, key } from "./print-names.ts";
import type { Port, Standalone } from "./standalone.ts";

/** Declarations of the module, for editors and compilers. */
export function printTypes(standalone: Standalone): string {
  const { inputs, outputs, states } = standalone;
  const several = outputs.size > 1;
  const shapes = (ports: ReadonlyMap<string, Port>): string =>
    `{ ${[...ports].map(([name, { shape, below }]) => `readonly ${key(name)}: { readonly shape: readonly [${shape.join(", ")}]${below === undefined ? "" : `; readonly below: ${below}`} }`).join("; ")} }`;
  return `/** Types of a network that Recurra ${version} built. */
export interface Network {
${(states === undefined ? [printPredict(standalone)] : printStream(standalone)).join("\n")}
${several ? `  /** All outputs of the last call by name, in the same arrays at every call. */\n  outputs(): ${entriesOf([...outputs.keys()].map((name) => [name, "Float32Array"]))};\n` : ""}}
/** What the network reads and gives; of an input that has numbers of rows, these are whole ones below \`below\`. */
export declare const info: {
  readonly inputs: ${shapes(inputs)};
  readonly outputs: ${shapes(outputs)};
${states === undefined ? "" : `  readonly outputPerStep: ${standalone.perStep};\n`}  readonly weights: string;
};
/** A copy of the network with memory of its own. */
export declare function createNetwork(): Network;
/** Throws unless the network computes what Recurra computed when it was built. */
export declare function selfTest(): void;
${methodsOf(standalone)
  .map((name) => `export declare const ${name}: Network[${JSON.stringify(name)}];`)
  .join("\n")}
`;
}

/** What a call takes: an array, or one for each input by its name. */
function printGiven({ inputs }: Standalone, array: string): string {
  if (inputs.size === 1) return array;
  return `{ ${[...inputs.keys()].map((name) => `readonly ${key(name)}: ${array}`).join("; ")} }`;
}

const count = (length: number): string => (length === 1 ? "1 number" : `${length} numbers`);

/** The numbers of each input, in words. */
function describe({ inputs }: Standalone): string {
  const words = [...inputs.values()].map(({ at, below }) =>
    below !== undefined && at.length === 1 ? "a token's number" : count(at.length),
  );
  return words.join(" and ");
}

function firstLength({ outputs }: Standalone): number {
  return [...outputs.values()][0]!.at.length;
}

function printPredict(standalone: Standalone): string {
  const { states, perStep } = standalone;
  const given = printGiven(standalone, "Float32Array | readonly number[]");
  const size = count(firstLength(standalone));
  const what =
    states === undefined
      ? `A whole sequence of exactly one length, ${describe(standalone)}: ${size}.`
      : `A whole sequence of any length, ${describe(standalone)} a step, one step after the other: ${size}${perStep ? " for each step" : ""}. The stream goes on from where it was.`;
  return `  /** ${what} Throws RangeError for another number of numbers. */
  predict(x: ${given}): Float32Array;`;
}

function printStream(standalone: Standalone): readonly string[] {
  return [
    `  /** One step: ${describe(standalone)} in, ${count(firstLength(standalone))} out, in the same array at every call. Throws RangeError for another number of numbers. */
  step(x: ${printGiven(standalone, "ArrayLike<number>")}): Float32Array;`,
    printPredict(standalone),
    `  /** All that the stream remembers: plain arrays, which may be stored. */
  snapshot(): Record<string, Float32Array>;
  restore(snapshot: Readonly<Record<string, ArrayLike<number>>>): void;
  /** Back to the start. */
  reset(): void;`,
  ];
}
