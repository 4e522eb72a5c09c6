/** The text of a built module. */
import { version } from "../util/version.ts";
import { encodeBase64 } from "./base64.ts";
import { entriesOf, nameOf } from "./print-names.ts";
import type { Place, Standalone } from "./standalone.ts";

/** What a module is tried with, and what the library made of it. */
export interface ModuleTest {
  /** A sequence of each input, by name. */
  readonly inputs: ReadonlyMap<string, Float32Array>;
  readonly outputs: Float32Array;
}

export interface PrintedParts {
  readonly standalone: Standalone;
  /** How the weights are held. */
  readonly weights: string;
  readonly test: ModuleTest;
}

const view = ({ offset, length }: Place): string => `view([${offset}, ${length}])`;

const numbers = (values: Float32Array): string =>
  `numbers("${encodeBase64(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))}")`;

/** The module. It imports nothing, and uses nothing that a worker or an AudioWorklet lacks. */
export function printModule({ standalone, weights, test }: PrintedParts): string {
  const { kernels, words, image, inputs, outputs, states } = standalone;
  const pages = Math.max(1, Math.ceil((words * 4) / 65_536));
  const isSeveral = inputs.size > 1;
  const tried = [...test.inputs].map(([name, values]): [string, string] => [name, numbers(values)]);
  return `/** A recurrent network, built by Recurra ${version}. Its kernels and weights are inside; it needs nothing else. */

/** What the network reads and gives. */
export const info = Object.freeze(${printInfo(standalone, weights)});

const kernels = decode("${encodeBase64(kernels)}");

/** What memory holds at first: [offset in words, bytes]. */
const image = [
${image.map(({ offset, bytes: held }) => `  [${offset}, decode("${encodeBase64(held)}")],`).join("\n")}
];

const compiled = new WebAssembly.Module(kernels);

/** A copy of the network with memory of its own${states === undefined ? "" : ": a stream"}. */
export function createNetwork() {
  const memory = new WebAssembly.Memory({ initial: ${pages}, maximum: ${pages} });
  for (const [offset, bytes] of image) new Uint8Array(memory.buffer).set(bytes, offset * 4);
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  const view = ([offset, length]) => new Float32Array(memory.buffer, offset * 4, length);
  const inputs = ${entriesOf([...inputs].map(([name, { at }]) => [name, view(at)]))};
  const results = ${entriesOf([...outputs].map(([name, { at }]) => [name, view(at)]))};
  const output = results${nameOf([...outputs.keys()][0]!)};
${printReading(standalone)}
${states === undefined ? printSequence(standalone) : printStream(standalone, states)}
}

/** Throws unless the network computes what Recurra computed when it was built. */
export function selfTest() {
  const numbers = (text) => new Float32Array(decode(text).buffer);
  const inputs = ${isSeveral ? entriesOf(tried) : tried[0]![1]};
  const expected = ${numbers(test.outputs)};
  const outputs = createNetwork().predict(inputs);
  if (outputs.length !== expected.length) throw new Error("The built network gives another number of outputs than it should.");
  for (let n = 0; n < expected.length; n++)
    if (!(Math.abs(outputs[n] - expected[n]) <= ${tolerance} * (1 + Math.abs(expected[n]))))
      throw new Error(\`The built network gives \${outputs[n]} for output \${n}, but should give \${expected[n]}.\`);
}

let own;
/** The network that the functions below share. */
const shared = () => (own ??= createNetwork());

${methodsOf(standalone)
  .map((name) => `export const ${name} = (x) => shared().${name}(x);`)
  .join("\n")}

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

/** What a network of the module can do, and the module itself with the one that it shares. */
export function methodsOf({ states, outputs }: Standalone): readonly string[] {
  return [
    ...(states === undefined ? ["predict"] : ["step", "predict", "snapshot", "restore", "reset"]),
    ...(outputs.size > 1 ? ["outputs"] : []),
  ];
}

function printInfo({ inputs, outputs, states, perStep }: Standalone, weights: string): string {
  const ports = (some: Standalone["inputs"]): string =>
    entriesOf([...some].map(([name, { shape, below }]) => [name, JSON.stringify({ shape, below })]));
  return entriesOf([
    ["inputs", ports(inputs)],
    ["outputs", ports(outputs)],
    ...(states === undefined ? [] : [["outputPerStep", String(perStep)] as const]),
    ["weights", JSON.stringify(weights)],
  ]);
}

/** Of an input of a call or a sequence `x`: where it stands in it, and how messages call it after `what`. */
interface Given {
  readonly name: string;
  readonly width: number;
  readonly from: string;
  readonly called: string;
  readonly below: number | undefined;
}

/** One input is given as it is, several by their names. */
function givenOf({ inputs }: Standalone): readonly Given[] {
  return [...inputs].map(([name, { at, below }]) => ({
    name,
    width: at.length,
    below,
    from: inputs.size === 1 ? "x" : `x?.${nameOf(name).replace(/^\./, "")}`,
    called: inputs.size === 1 ? "" : ` of ${JSON.stringify(name)}`,
  }));
}

/** `read`, which puts what is given where kernels read it. */
function printReading(standalone: Standalone): string {
  const given = givenOf(standalone);
  const rows = given.some(({ below }) => below !== undefined)
    ? `  const checkRows = (x, below) => {
    for (let n = 0; n < x.length; n++)
      if (!Number.isInteger(x[n]) || x[n] < 0 || x[n] >= below)
        throw new RangeError(\`\${x[n]} is not the number of a token; those are whole numbers from 0 to \${below - 1}.\`);
  };
`
    : "";
  return `  const put = (into, x, what) => {
    if (x === undefined || x === null || x.length !== into.length)
      throw new RangeError(\`\${what} needs \${into.length} numbers, but \${x?.length ?? "none"} were given.\`);
    into.set(x);
  };
${rows}  const read = (x, what) => {
${given
  .map(({ name, from, called, below }) => {
    const put = `    put(inputs${nameOf(name)}, ${from}, what${called === "" ? "" : ` + ${JSON.stringify(called)}`});`;
    return below === undefined ? put : `${put}\n    checkRows(inputs${nameOf(name)}, ${below});`;
  })
  .join("\n")}
  };`;
}

function printStream(standalone: Standalone, states: NonNullable<Standalone["states"]>): string {
  const { call, outputs, perStep } = standalone;
  const given = givenOf(standalone);
  const [main] = [...outputs.values()];
  const size = main!.at.length;
  const part = ({ from, width }: Given): string => `${from}.slice(t * ${width}, (t + 1) * ${width})`;
  const parts = given.length === 1 ? part(given[0]!) : entriesOf(given.map((one) => [one.name, part(one)]));
  return `  const states = ${entriesOf([...states].map(([name, at]) => [name, view(at)]))};
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
    read(x, "A step");
    exports.${call}();
    return output;
  };
  const stepsOf = (x, width, what) => {
    const steps = x?.length / width;
    if (!Number.isInteger(steps) || steps < 1)
      throw new RangeError(\`\${what} has \${width === 1 ? "at least one number" : \`\${width} numbers a step\`}, but \${x?.length ?? "none"} were given.\`);
    return steps;
  };
  const predict = (x) => {
    const counts = [${given.map(({ from, width, called }) => `stepsOf(${from}, ${width}, ${JSON.stringify(`A sequence${called}`)})`).join(", ")}];
    const [steps] = counts;
    if (counts.some((count) => count !== steps)) throw new RangeError("All inputs of a sequence have the same number of steps.");
    const kept = snapshot();
    const sequence = new Float32Array(${perStep ? `steps * ${size}` : size});
    try {
      reset();
      for (let t = 0; t < steps; t++)
        sequence.set(step(${parts})${perStep ? `, t * ${size}` : ""});
    } finally {
      restore(kept);
    }
    return sequence;
  };
  return { ${printMethods(standalone)} };`;
}

function printSequence(standalone: Standalone): string {
  return `  const predict = (x) => {
    read(x, "A sequence");
    exports.${standalone.call}();
    return output.slice();
  };
  return { ${printMethods(standalone)} };`;
}

function printMethods(standalone: Standalone): string {
  return methodsOf(standalone)
    .map((name) => (name === "outputs" ? "outputs: () => results" : name))
    .join(", ");
}
