/** The sizes and parameters of a network, found layer by layer, and what is wrong with it if something is. */
import { cell as createCell } from "../language/index.ts";
import type { Cell, Variable } from "../language/index.ts";
import { resolveSizes } from "../language/sizes.ts";
import { known, RecurraError } from "../util/errors.ts";
import type {
  CellLayer,
  CellSpec,
  ChainShape,
  ChainSpec,
  LayerShape,
  LayerSpec,
  NetworkShape,
  NetworkSpec,
  ParameterSpec,
} from "./spec.ts";

/** What goes from one layer to the next. */
interface Signal {
  readonly size: number;
  readonly perStep: boolean;
  /** Numbers of a vocabulary's entries, not yet embedded. */
  readonly tokens: boolean;
}

const cellsBySpec = new WeakMap<CellSpec, Cell>();

/** The checked cell of a spec. */
export function cellOf(spec: CellSpec): Cell {
  const before = cellsBySpec.get(spec);
  if (before !== undefined) return before;
  const result = createCell(spec.name, spec.text, spec.options);
  cellsBySpec.set(spec, result);
  return result;
}

/** A cell as plain data. */
export function specOf(cell: Cell): CellSpec {
  return { name: cell.name, text: cell.text, options: cell.options };
}

/** Before the names of the encoder's parameters. */
export const encoderPrefix = "encoder.";

/** The chains of a network, in the order of their parameters, each with what stands before its parameters' names. */
export function chainsOf(spec: NetworkSpec): readonly { readonly chain: ChainSpec; readonly prefix: string }[] {
  const own = { chain: spec, prefix: "" };
  return spec.encoder === undefined ? [own] : [{ chain: spec.encoder, prefix: encoderPrefix }, own];
}

/** Numbers in a row of what a chain reads: 1 for tokens. */
export function columnsOf({ input }: ChainSpec): number {
  return input.kind === "tokens" ? 1 : input.size;
}

/** The directions of a cell layer, each with the prefix of its parameters' names; `path` is the layer's own. */
export function directionsOf(
  layer: CellLayer,
  path: string,
): readonly { readonly prefix: string; readonly reverse: boolean }[] {
  switch (layer.direction ?? "forward") {
    case "forward":
      return [{ prefix: path, reverse: false }];
    case "backward":
      return [{ prefix: path, reverse: true }];
    case "both":
      return [
        { prefix: `${path}.forward`, reverse: false },
        { prefix: `${path}.backward`, reverse: true },
      ];
  }
}

/** Every dimension of a cell layer's cell. */
export function sizesOf(
  layer: CellLayer,
  { inputSize, memorySize }: Pick<LayerShape, "inputSize" | "memorySize">,
): Readonly<Record<string, number>> {
  const cell = cellOf(layer.cell);
  const isMemory = memorySize !== undefined && cell.memories.some(({ shape }) => shape[0] === "M");
  return resolveSizes(cell, {
    ...layer.sizes,
    I: inputSize,
    H: layer.size,
    ...(isMemory ? { M: memorySize } : {}),
  });
}

/** The shape of a variable with sizes in place of names. */
export function shapeOf(variable: Variable, sizes: Readonly<Record<string, number>>): number[] {
  return variable.shape.map((dimension) => (typeof dimension === "number" ? dimension : sizes[dimension]!));
}

/** What the layers of a chain share. */
interface ChainContext {
  /** Before the parameters' names. */
  readonly prefix: string;
  /** Before a layer's name in a message. */
  readonly called: string;
  readonly parameters: ParameterSpec[];
  /** Of the network whose layers may start from it or attend to it. */
  readonly encoder: { readonly chain: ChainSpec; readonly shape: ChainShape } | undefined;
  readonly chain: ChainSpec;
}

/** A layer in its place. */
interface Place {
  readonly index: number;
  /** How messages call it. */
  readonly name: string;
  readonly signal: Signal;
  readonly context: ChainContext;
}

/** Sizes and parameters of a network. Throws `network/…` naming the layer that does not fit. */
export function describeNetwork(spec: NetworkSpec): NetworkShape {
  const parameters: ParameterSpec[] = [];
  if (spec.encoder === undefined) {
    const shape = describeChain({ prefix: "", called: "", parameters, encoder: undefined, chain: spec });
    return { ...shape, parameters };
  }
  const { encoder: chain } = spec;
  const encoder = describeChain({
    prefix: encoderPrefix,
    called: "Encoder: ",
    parameters,
    encoder: undefined,
    chain,
  });
  if (!encoder.perStep)
    fail(
      "network/bad-layer",
      "The encoder makes one vector of its sequence, but its outputs for all steps are what is attended to; remove its pooling.",
    );
  const own = describeChain({ prefix: "", called: "", parameters, encoder: { chain, shape: encoder }, chain: spec });
  if (!own.perStep)
    fail("network/bad-layer", "A network with an encoder has an output for each step; remove its pooling.");
  return { ...own, parameters, encoder };
}

function describeChain(context: ChainContext): ChainShape {
  const { chain, called } = context;
  checkCount(chain.input.size, `${called}The input size`);
  let signal: Signal = { size: chain.input.size, perStep: true, tokens: chain.input.kind === "tokens" };
  const layers: LayerShape[] = [];
  chain.layers.forEach((layer, index) => {
    const inputSize = signal.size;
    const name = `${called}Layer ${index} (${layer.kind === "cell" ? layer.cell.name : layer.kind})`;
    signal = describeLayer(layer, { index, name, signal, context });
    const memorySize = attends(layer) ? { memorySize: known(context.encoder, "an encoder").shape.outputSize } : {};
    layers.push({ inputSize, outputSize: signal.size, perStep: signal.perStep, ...memorySize });
  });
  if (signal.tokens)
    fail(
      "network/not-embedded",
      `${called}The network's input is tokens, but no layer turns them into vectors; begin with an embedding.`,
    );
  return { layers, outputSize: signal.size, perStep: signal.perStep };
}

function describeLayer(layer: LayerSpec, place: Place): Signal {
  const { name, signal, context } = place;
  const path = `${context.prefix}${place.index}`;
  checkChoice(layer.kind, ["cell", "embedding", "dropout", "pool"], `${name}: its kind`);
  if (layer.kind === "embedding") {
    if (!signal.tokens)
      fail(
        "network/bad-layer",
        `${name} needs tokens, but gets vectors of ${signal.size} numbers; use a dense layer for those.`,
      );
    checkCount(layer.size, `${name}: its size`);
    if (layer.deviation !== undefined && !(layer.deviation > 0 && layer.deviation < Infinity))
      fail("network/bad-size", `${name}: its deviation is ${layer.deviation}; give a number above 0.`);
    context.parameters.push({ name: `${path}.E`, shape: [signal.size, layer.size], frozen: false });
    return { size: layer.size, perStep: true, tokens: false };
  }
  if (signal.tokens)
    fail(
      "network/not-embedded",
      `${name} gets tokens, which are numbers of a vocabulary's entries, not quantities; put an embedding before it.`,
    );
  switch (layer.kind) {
    case "dropout":
      checkShare(layer.rate, `${name}: its rate`);
      return signal;
    case "pool":
      checkChoice(layer.over, ["last", "mean", "max"], `${name}: over`);
      if (!signal.perStep)
        fail(
          "network/bad-layer",
          `${name} needs a sequence, but a layer before it has made one vector of it already; remove one of the two.`,
        );
      return { ...signal, perStep: false };
    case "cell":
      return describeCell(layer, place);
  }
}

function describeCell(layer: CellLayer, place: Place): Signal {
  const { index, name, signal, context } = place;
  const { parameters } = context;
  const cell = cellOf(layer.cell);
  checkChoice(layer.direction ?? "forward", ["forward", "backward", "both"], `${name}: direction`);
  checkChoice(layer.initialState ?? "zero", ["zero", "learned", "encoder"], `${name}: initialState`);
  if (layer.recurrentDropout !== undefined && !multipliesState(cell))
    fail(
      "network/bad-layer",
      `${name}: recurrentDropout drops what matrices multiply of a state, but no matrix of this cell multiplies one; use dropout or zoneout.`,
    );
  checkCount(layer.size, `${name}: its size`);
  if (cell.states.length > 0 && !signal.perStep)
    fail(
      "network/bad-layer",
      `${name} is recurrent and needs a sequence, but gets one vector; move it before the pooling.`,
    );
  if (cell.inputs.some((input) => input.name !== "x"))
    fail("network/bad-layer", `${name} reads inputs beside x, which a network of layers does not give.`);
  for (const key of ["recurrentDropout", "zoneout"] as const)
    if (layer[key] !== undefined) checkShare(layer[key], `${name}: ${key}`);
  if (layer.checkpoint !== undefined) checkCount(layer.checkpoint, `${name}: checkpoint`);
  const sizes = sizesOf(layer, {
    inputSize: signal.size,
    ...(attends(layer) ? { memorySize: checkMemory(layer, place) } : {}),
  });
  checkRows(layer, place, sizes);
  if (layer.initialState === "encoder") checkStart(layer, place, sizes);
  const directions = directionsOf(layer, `${context.prefix}${index}`);
  for (const { prefix } of directions) {
    for (const parameter of cell.parameters) {
      const shape = shapeOf(parameter, sizes);
      const tied = layer.ties?.[parameter.name];
      if (tied === undefined) {
        parameters.push({
          name: `${prefix}.${parameter.name}`,
          shape,
          frozen: cell.options.frozen?.includes(parameter.name) ?? false,
        });
        continue;
      }
      const other = parameters.find((one) => one.name === tied);
      if (other === undefined || other.shape.join() !== shape.join()) {
        const is =
          other === undefined ? "is no parameter of a layer before it" : `has shape [${other.shape.join(", ")}]`;
        fail(
          "network/bad-layer",
          `${name} ties ${parameter.name} of shape [${shape.join(", ")}] to ${tied}, which ${is}.`,
        );
      }
    }
    if (layer.initialState === "learned") {
      for (const state of cell.states)
        parameters.push({ name: `${prefix}.initial.${state.name}`, shape: shapeOf(state, sizes), frozen: false });
    }
  }
  for (const tied of Object.keys(layer.ties ?? {})) {
    if (!cell.parameters.some((one) => one.name === tied))
      fail(
        "network/bad-layer",
        `${name} ties ${tied}, which is no parameter of its cell; it has ${cell.parameters.map((one) => one.name).join(", ")}.`,
      );
  }
  const size = (shapeOf(cell.output, sizes)[0] ?? 1) * directions.length;
  if (layer.residual && size !== signal.size)
    fail(
      "network/bad-layer",
      `${name} is residual, but its output has ${size} numbers and its input ${signal.size}; they must be equal.`,
    );
  return { size, perStep: signal.perStep, tokens: false };
}

/** A layer of the encoder that a layer starts from. */
export interface StartingLayer {
  readonly layer: CellLayer;
  readonly index: number;
}

/** The encoder's layer that a recurrent layer of `chain` starts from: that of the same number among the recurrent ones, or the last; undefined where there is none. */
export function startingLayer(chain: ChainSpec, index: number, encoder: ChainSpec): StartingLayer | undefined {
  const recurrent = (layers: readonly LayerSpec[]): StartingLayer[] =>
    layers.flatMap((layer, at) =>
      layer.kind === "cell" && cellOf(layer.cell).states.length > 0 ? [{ layer, index: at }] : [],
    );
  const number = recurrent(chain.layers.slice(0, index)).length;
  const theirs = recurrent(encoder.layers);
  return theirs[number] ?? theirs.at(-1);
}

/** Each state must be one of the encoder's layer, and as wide as all of its directions together. */
function checkStart(layer: CellLayer, { index, name, context }: Place, sizes: Readonly<Record<string, number>>): void {
  const { encoder, chain } = context;
  if (encoder === undefined)
    fail(
      "network/bad-layer",
      `${name} starts from an encoder, but the network has none; give it one, or start from zero.`,
    );
  const from = startingLayer(chain, index, encoder.chain);
  if (from === undefined)
    fail(
      "network/bad-layer",
      `${name} starts from the encoder, but no layer of that is recurrent; start from zero or learned states.`,
    );
  if (layer.direction === "both")
    fail(
      "network/bad-layer",
      `${name} runs in both directions, so it cannot start from the encoder; let it run forwards.`,
    );
  const theirs = sizesOf(from.layer, known(encoder.shape.layers[from.index], "a layer"));
  const copies = directionsOf(from.layer, "").length;
  for (const state of cellOf(layer.cell).states) {
    const wanted = shapeOf(state, sizes)[0] ?? 1;
    const other = cellOf(from.layer.cell).states.find((one) => one.name === state.name);
    const got = other === undefined ? 0 : (shapeOf(other, theirs)[0] ?? 1) * copies;
    if (got === wanted) continue;
    const is =
      other === undefined
        ? "has no such state"
        : `has ${got} numbers of it${copies === 2 ? " in both directions together" : ""}`;
    fail(
      "network/bad-layer",
      `${name} starts its state ${state.name} of ${wanted} numbers from the encoder's layer ${from.index} (${from.layer.cell.name}), which ${is}; make the two equal.`,
    );
  }
}

/** Whether a layer takes something from the encoder. */
export function readsEncoder(layer: LayerSpec): boolean {
  return attends(layer) || (layer.kind === "cell" && layer.initialState === "encoder");
}

function attends(layer: LayerSpec): boolean {
  return layer.kind === "cell" && cellOf(layer.cell).memories.length > 0;
}

/** Numbers in a row of what the encoder gives. */
function checkMemory(layer: CellLayer, { name, context: { encoder } }: Place): number {
  if (encoder !== undefined) return encoder.shape.outputSize;
  const { memories } = cellOf(layer.cell);
  fail(
    "network/bad-layer",
    `${name} attends to ${memories.map((one) => one.name).join(" and ")}, but the network has no encoder whose outputs that could be; give it one.`,
  );
}

/** What a cell compares with must be as wide as the rows that it is compared with. */
function checkRows(layer: CellLayer, { name, context }: Place, sizes: Readonly<Record<string, number>>): void {
  for (const memory of cellOf(layer.cell).memories) {
    const [wanted] = shapeOf(memory, sizes);
    const got = context.encoder?.shape.outputSize;
    if (wanted === got) continue;
    fail(
      "network/bad-layer",
      `${name} attends to rows of ${wanted} numbers in ${memory.name}, but the encoder gives ${got}; make the two equal, or bring one to the other's size with a matrix.`,
    );
  }
}

function fail(code: "network/bad-layer" | "network/not-embedded" | "network/bad-size", message: string): never {
  throw new RecurraError(code, message);
}

/** Whether a product reads a state as it is. */
function multipliesState({ graph }: Cell): boolean {
  return graph.nodes.some((node) => node.kind === "product" && graph.nodes[node.vector]?.kind === "state");
}

/** Plain data may come from code without types. */
function checkChoice(value: string, choices: readonly string[], what: string): void {
  if (!choices.includes(value))
    fail("network/bad-layer", `${what} is ${JSON.stringify(value)}, but must be one of ${choices.join(", ")}.`);
}

function checkCount(value: number, what: string): void {
  if (!Number.isInteger(value) || value < 1)
    fail("network/bad-size", `${what} must be a whole number of at least 1, but is ${value}.`);
}

function checkShare(value: number, what: string): void {
  if (!(value >= 0 && value < 1))
    fail("network/bad-size", `${what} must be at least 0 and less than 1, but is ${value}.`);
}

/** The states of all cell layers, by `layer.state`. */
export function stateShapes(
  spec: NetworkSpec,
): { name: string; columns: number; isNumber: boolean; layer: number; state: string }[] {
  const shape = describeNetwork(spec);
  return spec.layers.flatMap((layer, index) => {
    if (layer.kind !== "cell") return [];
    const sizes = sizesOf(layer, shape.layers[index]!);
    return cellOf(layer.cell).states.map((state) => ({
      name: `${index}.${state.name}`,
      columns: shapeOf(state, sizes)[0] ?? 1,
      isNumber: state.shape.length === 0,
      layer: index,
      state: state.name,
    }));
  });
}
