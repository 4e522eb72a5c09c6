/** The text of a built module, and of its types. */
import { version } from "../util/version.ts";
import { encodeBase64 } from "./base64.ts";
import type { Place, Standalone } from "./standalone.ts";

/** What a module is tried with, and what the library made of it. */
export interface ModuleTest {
  readonly inputs: Float32Array;
  readonly outputs: Float32Array;
}

export interface PrintedParts {
  readonly standalone: Standalone;
  /** Numbers of a step, or the size of the vocabulary whose numbers are read. */
  readonly input: { readonly kind: "features" | "tokens"; readonly size: number };
  readonly outputSize: number;
  /** How the weights are held. */
  readonly weights: string;
  readonly test: ModuleTest;
}

const place = ({ offset, length }: Place): string => `[${offset}, ${length}]`;

/** The module. It imports nothing, and uses nothing that a worker or an AudioWorklet lacks. */
export function printModule({ standalone, input, outputSize, weights, test }: PrintedParts): string {
  const { kernels, words, image, states, call, steps, perStep } = standalone;
  const bytes = (values: Float32Array): Uint8Array =>
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const width = input.kind === "tokens" ? 1 : input.size;
  const isStream = states !== undefined;
  const pages = Math.max(1, Math.ceil((words * 4) / 65_536));
  return `/** A recurrent network, built by Recurra ${version}. Its kernels and weights are inside; it needs nothing else. */

/** What the network reads and gives. */
export const info = Object.freeze(${JSON.stringify({ input: input.kind, inputSize: input.size, outputSize, ...(isStream ? {} : { steps }), outputPerStep: perStep, weights })});

const kernels = decode("${encodeBase64(kernels)}");

/** What memory holds at first: [offset in words, bytes]. */
const image = [
${image.map(({ offset, bytes: held }) => `  [${offset}, decode("${encodeBase64(held)}")],`).join("\n")}
];

const compiled = new WebAssembly.Module(kernels);

/** A copy of the network with memory of its own${isStream ? ": a stream" : ""}. */
export function createNetwork() {
  const memory = new WebAssembly.Memory({ initial: ${pages}, maximum: ${pages} });
  for (const [offset, bytes] of image) new Uint8Array(memory.buffer).set(bytes, offset * 4);
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const view = ([offset, length]) => new Float32Array(memory.buffer, offset * 4, length);
  const [input, output] = [view(${place(standalone.input)}), view(${place(standalone.output)})];
  const check = (x, wanted, what) => {
    if (x === undefined || x === null || x.length !== wanted)
      throw new RangeError(\`\${what} needs \${wanted} numbers, but \${x?.length ?? "none"} were given.\`);
${
  input.kind === "tokens"
    ? `    for (let n = 0; n < x.length; n++)
      if (!Number.isInteger(x[n]) || x[n] < 0 || x[n] >= ${input.size})
        throw new RangeError(\`\${x[n]} is not the number of a token; those are whole numbers from 0 to ${input.size - 1}.\`);
`
    : ""
}  };
${isStream ? printStream({ states: [...states], call, width, outputSize, perStep }) : printSequence({ call, width, steps })}
}

/** Throws unless the network computes what Recurra computed when it was built. */
export function selfTest() {
  const numbers = (text) => new Float32Array(decode(text).buffer);
  const inputs = numbers("${encodeBase64(bytes(test.inputs))}");
  const expected = numbers("${encodeBase64(bytes(test.outputs))}");
  const outputs = createNetwork().predict(inputs);
  if (outputs.length !== expected.length) throw new Error("The built network gives another number of outputs than it should.");
  for (let n = 0; n < expected.length; n++)
    if (!(Math.abs(outputs[n] - expected[n]) <= ${tolerance} * (1 + Math.abs(expected[n]))))
      throw new Error(\`The built network gives \${outputs[n]} for output \${n}, but should give \${expected[n]}.\`);
}

let own;
/** The network that the functions below share. */
const shared = () => (own ??= createNetwork());

${isStream ? `export const step = (x) => shared().step(x);\nexport const reset = () => shared().reset();\n` : ""}export const predict = (inputs) => shared().predict(inputs);

function decode(text) {
  const places = new Uint8Array(128);
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (let n = 0; n < 64; n++) places[letters.charCodeAt(n)] = n;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let from = 0, to = 0; from < text.length; from += 4) {
    const word =
      (places[text.charCodeAt(from)] << 18) |
      (places[text.charCodeAt(from + 1)] << 12) |
      (places[text.charCodeAt(from + 2)] << 6) |
      places[text.charCodeAt(from + 3)];
    for (let shift = 16; shift >= 0 && to < bytes.length; shift -= 8) bytes[to++] = (word >> shift) & 255;
  }
  return bytes;
}
`;
}

/** Other machines round otherwise, by some 6e-8 in each of many operations. */
const tolerance = 1e-4;

interface StreamParts {
  readonly states: readonly (readonly [string, Place])[];
  readonly call: string;
  readonly width: number;
  readonly outputSize: number;
  readonly perStep: boolean;
}

function printStream({ states, call, width, outputSize, perStep }: StreamParts): string {
  const needs = width === 1 ? "at least one number" : `${width} numbers a step`;
  return `  const states = {
${states.map(([name, at]) => `    ${JSON.stringify(name)}: view(${place(at)}),`).join("\n")}
  };
  const snapshot = () => Object.fromEntries(Object.entries(states).map(([name, values]) => [name, values.slice()]));
  const restore = (kept) => {
    for (const [name, { length }] of Object.entries(states))
      if (kept?.[name]?.length !== length)
        throw new RangeError(\`State \${name} needs \${length} numbers; restore what snapshot() of this module gave.\`);
    for (const [name, values] of Object.entries(states)) values.set(kept[name]);
  };
  const first = snapshot();
  const reset = () => restore(first);
  const step = (x) => {
    check(x, ${width}, "A step");
    input.set(x);
    exports[${JSON.stringify(call)}]();
    return output;
  };
  const predict = (inputs) => {
    const steps = inputs?.length / ${width};
    if (!Number.isInteger(steps) || steps < 1)
      throw new RangeError(\`A sequence has ${needs}, but \${inputs?.length ?? "none"} were given.\`);
    const kept = snapshot();
    const outputs = new Float32Array(${perStep ? `steps * ${outputSize}` : outputSize});
    try {
      reset();
      for (let t = 0; t < steps; t++)
        outputs.set(step(inputs.slice(t * ${width}, (t + 1) * ${width}))${perStep ? `, t * ${outputSize}` : ""});
    } finally {
      restore(kept);
    }
    return outputs;
  };
  return { step, predict, snapshot, restore, reset };`;
}

function printSequence({
  call,
  width,
  steps,
}: {
  readonly call: string;
  readonly width: number;
  readonly steps: number;
}): string {
  return `  const predict = (inputs) => {
    check(inputs, ${steps * width}, "A sequence");
    input.set(inputs);
    exports[${JSON.stringify(call)}]();
    return output.slice();
  };
  return { predict };`;
}

/** The types of the module. */
export function printTypes({ standalone, input, outputSize }: Omit<PrintedParts, "test">): string {
  const { states, steps, perStep } = standalone;
  const row = input.kind === "tokens" ? "a token's number" : `${input.size} numbers`;
  const sequence = states === undefined ? `of exactly ${steps} steps` : "of any length";
  const outputs = perStep ? `${outputSize} numbers for each step` : `${outputSize} numbers`;
  const methods = `  /** A whole sequence ${sequence}, ${row} a step, one step after the other: ${outputs}. ${states === undefined ? "" : "The stream goes on from where it was. "}Throws RangeError for another number of numbers. */
  predict(inputs: Float32Array | readonly number[]): Float32Array;`;
  const stream = `  /** One step: ${row} in, ${outputSize} numbers out, in the same array at every call. Throws RangeError for another number of numbers. */
  step(x: ArrayLike<number>): Float32Array;
${methods}
  /** All that the stream remembers: plain arrays, which may be stored. */
  snapshot(): Record<string, Float32Array>;
  restore(snapshot: Readonly<Record<string, ArrayLike<number>>>): void;
  /** Back to the start. */
  reset(): void;`;
  const of = (name: string): string => `export declare const ${name}: Network[${JSON.stringify(name)}];`;
  return `/** Types of a network that Recurra ${version} built. */
export interface Network {
${states === undefined ? methods : stream}
}
/** What the network reads and gives. */
export declare const info: {
  readonly input: ${JSON.stringify(input.kind)};
  readonly inputSize: ${input.size};
  readonly outputSize: ${outputSize};
${states === undefined ? `  readonly steps: ${steps};\n` : ""}  readonly outputPerStep: ${perStep};
  readonly weights: string;
};
/** A copy of the network with memory of its own. */
export declare function createNetwork(): Network;
/** Throws unless the network computes what Recurra computed when it was built. */
export declare function selfTest(): void;
${(states === undefined ? ["predict"] : ["step", "predict", "reset"]).map(of).join("\n")}
`;
}
