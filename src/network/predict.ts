/** The program that runs a network over whole sequences, and what is given to it and taken from it. */
import type { Backend, Executable, Numbers } from "../engine/backend.ts";
import { checkLengths } from "../engine/check-arrays.ts";
import { orderByLength, sortMembers, unsortMembers } from "../engine/member-order.ts";
import { copyStep, createProgramBuilder, overRows } from "../lower/index.ts";
import type { BufferId, Location, Program, ProgramBuilder } from "../lower/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { columnsOf } from "./describe.ts";
import type { ParameterValues } from "./initialise.ts";
import { declareParameters, lowerNetwork } from "./lower-network.ts";
import type { LoweredSource, NetworkParameters } from "./lower-network.ts";
import { checkTokens } from "./check-tokens.ts";
import { allocateSignal } from "./signal.ts";
import { checkPictureSteps } from "./spatial.ts";
import type { ChainSpec, NetworkShape, NetworkSpec } from "./spec.ts";

/** Sequences of one batch, padded to the same number of steps. */
export interface SequenceInputs {
  readonly steps: number;
  /** Features `[steps, batch, size]`, or token numbers `[steps, batch]`. */
  readonly inputs: ArrayLike<number>;
  /** Steps of each member, 1 to `steps`, in any order. What lies past them costs nothing. */
  readonly lengths?: ArrayLike<number>;
}

export interface PredictOptions extends SequenceInputs {
  readonly batch: number;
  /** What the encoder reads, where the network has one. */
  readonly source?: SequenceInputs;
}

/** Sizes that kernels are made for. */
export interface PredictSizes {
  readonly steps: number;
  readonly batch: number;
  /** Whether members differ in length. */
  readonly hasLengths: boolean;
  /** Of a network with an encoder: steps of what that reads, and whether members differ in them. */
  readonly source?: { readonly steps: number; readonly hasLengths: boolean } | undefined;
  /** Whether the final states of all layers are kept as well. */
  readonly hasStates?: boolean;
}

/** A program of `prepare` (to be called once the parameters are in their places) and `predict`, and where its parameters and ports are. */
export interface LoweredPredict {
  readonly program: Program;
  readonly places: NetworkParameters;
  readonly input: BufferId;
  readonly output: BufferId;
  readonly lengths: BufferId | undefined;
  readonly source: { readonly input: BufferId; readonly lengths: BufferId | undefined } | undefined;
  /** By `layer.state`; empty unless they are asked for. */
  readonly finalStates: ReadonlyMap<string, BufferId>;
}

/** The program that runs a network over sequences of these sizes. */
export function lowerPredict(spec: NetworkSpec, shape: NetworkShape, sizes: PredictSizes): LoweredPredict {
  const { steps, batch, hasLengths, hasStates = false } = sizes;
  const builder = createProgramBuilder();
  const places = declareParameters(builder, shape, { gradients: false });
  const input = inputPort(builder, spec, { name: "input", steps, batch });
  const source = sourcePorts(builder, spec, sizes);
  const lengths = hasLengths ? builder.buffer({ name: "lengths", length: batch, role: "port" }) : undefined;
  const lowered = lowerNetwork({
    builder,
    spec,
    steps,
    batch,
    input,
    source,
    parameters: places,
    packedRole: "persistent",
    ...(lengths === undefined ? {} : { lengths }),
  });
  const outputSteps = lowered.perStep ? lowered.steps : 1;
  const output = allocateSignal(builder, "output", {
    steps: outputSteps,
    batch,
    columns: lowered.output.columns,
    role: "port",
  });
  const copy = overRows(
    { builder, batch },
    { name: "output", range: { first: 0, count: outputSteps }, locations: [lowered.output, output] },
    ([from, to], rows) => [
      builder.map("output", { rows, columns: output.columns }, (map) => map.store(to!, map.load(from!))),
    ],
  );
  const finalStates = new Map<string, BufferId>();
  const keep = [...(hasStates ? lowered.finalStates : [])].flatMap(([name, from]) => {
    const to = allocateSignal(builder, `final.${name}`, { steps: 1, batch, columns: from.columns, role: "port" });
    finalStates.set(name, to.buffer);
    return copyStep({ builder, batch }, `final.${name}`, from, {
      ...to,
      stepStride: 0,
      columnStride: from.columnStride,
    });
  });
  const program = builder.finish([
    { name: "prepare", body: lowered.packs },
    { name: "predict", body: [...lowered.begin, ...lowered.forward, ...copy, ...keep] },
  ]);
  return {
    program,
    places,
    input: input.buffer,
    output: output.buffer,
    lengths,
    source: source === undefined ? undefined : { input: source.input.buffer, lengths: source.lengths },
    finalStates,
  };
}

/** A port for what a chain reads: numbers, or one token a row. */
export function inputPort(
  builder: ProgramBuilder,
  chain: ChainSpec,
  { name, steps, batch }: { readonly name: string; readonly steps: number; readonly batch: number },
): Location {
  const location = allocateSignal(builder, name, { steps, batch, columns: columnsOf(chain), role: "port" });
  return { ...location, columnStride: chain.input.kind === "tokens" ? 0 : 1 };
}

function sourcePorts(
  builder: ProgramBuilder,
  { encoder }: NetworkSpec,
  { batch, source }: PredictSizes,
): LoweredSource | undefined {
  if (encoder === undefined) return undefined;
  const { steps, hasLengths } = known(source, "the size of the source");
  return {
    steps,
    input: inputPort(builder, encoder, { name: "source", steps, batch }),
    ...(hasLengths ? { lengths: builder.buffer({ name: "source.lengths", length: batch, role: "port" }) } : {}),
  };
}

/** A network of given sizes in memory. */
export interface LoadedPredict extends Omit<LoweredPredict, "program" | "places" | "finalStates"> {
  readonly executable: Executable;
}

interface PredictParts {
  readonly spec: NetworkSpec;
  readonly shape: NetworkShape;
  readonly parameters: ParameterValues;
  readonly backend: Backend;
}

export function loadPredict({ spec, shape, parameters, backend }: PredictParts, sizes: PredictSizes): LoadedPredict {
  const { program, places, ...ports } = lowerPredict(spec, shape, sizes);
  const executable = backend.load(program);
  for (const [name, { value }] of places) executable.array(value).set(known(parameters[name], `parameter ${name}`));
  executable.call("prepare");
  return { executable, ...ports };
}

/** Throws `network/bad-input` for what does not fit the network. */
export function checkPredict(spec: NetworkSpec, options: PredictOptions): void {
  const { batch, source } = options;
  checkCount("batch", batch);
  checkSequences(spec, options, { batch, what: "inputs" });
  if ((spec.encoder === undefined) !== (source === undefined)) {
    const what =
      source === undefined
        ? "The network has an encoder, so give what that reads as `source`."
        : "A `source` was given, but the network has no encoder.";
    throw new RecurraError("network/bad-input", what);
  }
  if (spec.encoder !== undefined && source !== undefined)
    checkSequences(spec.encoder, source, { batch, what: "source.inputs" });
}

/** What a chain reads, checked. */
export function checkSequences(
  chain: ChainSpec,
  { steps, inputs, lengths }: SequenceInputs,
  { batch, what }: { readonly batch: number; readonly what: string },
): void {
  checkCount("steps", steps);
  checkPictureSteps(chain, steps);
  const columns = columnsOf(chain);
  const wanted = steps * batch * columns;
  if (inputs.length !== wanted)
    throw new RecurraError(
      "network/bad-input",
      `${what} has ${inputs.length} numbers, but ${steps} steps × ${batch} members × ${columns} need ${wanted}.`,
    );
  if (chain.input.kind === "tokens") checkTokens(inputs, chain.input.size);
  if (lengths !== undefined) checkLengths(lengths, steps, batch);
}

function checkCount(what: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new RecurraError("network/bad-input", `${what} must be a whole number of at least 1, but is ${value}.`);
}

/** The sizes of a prediction. Where there is an encoder, lengths of the sequences themselves only say which outputs are zero. */
export function sizesOfPredict({ steps, batch, lengths, source }: PredictOptions): PredictSizes {
  if (source === undefined) return { steps, batch, hasLengths: lengths !== undefined };
  return {
    steps,
    batch,
    hasLengths: false,
    source: { steps: source.steps, hasLengths: source.lengths !== undefined },
  };
}

/** Runs a network over checked sequences: a new array of its outputs. */
export function runPredict(
  loaded: LoadedPredict,
  { spec, shape }: Pick<PredictParts, "spec" | "shape">,
  { steps, batch, inputs, lengths, source }: PredictOptions,
): Numbers {
  const { executable } = loaded;
  const sorting = source === undefined ? lengths : source.lengths;
  const order = sorting === undefined ? undefined : orderByLength(sorting);
  const put = (chain: ChainSpec, into: Ports, given: SequenceInputs): void =>
    fillPorts(executable, into, given, { order, columns: columnsOf(chain) });
  put(spec, loaded, { steps, inputs, ...(source !== undefined || lengths === undefined ? {} : { lengths }) });
  if (spec.encoder !== undefined && source !== undefined)
    put(spec.encoder, known(loaded.source, "the source's ports"), source);
  executable.call("predict");
  const outputs = unsortMembers(executable.array(loaded.output), { order, size: shape.outputSize });
  if (source === undefined || lengths === undefined) return outputs;
  for (let row = 0; row < steps * batch; row++)
    if (Math.floor(row / batch) >= lengths[row % batch]!)
      outputs.fill(0, row * shape.outputSize, (row + 1) * shape.outputSize);
  return outputs;
}

interface Ports {
  readonly input: BufferId;
  readonly lengths: BufferId | undefined;
}

/** Puts members in their order; what lies past a member's end becomes zero. */
function fillPorts(
  executable: Executable,
  ports: Ports,
  { steps, inputs, lengths }: SequenceInputs,
  { order, columns }: { readonly order: Int32Array | undefined; readonly columns: number },
): void {
  const x = executable.array(ports.input);
  sortMembers(inputs, x, { order, size: columns });
  if (lengths === undefined) return;
  const batch = lengths.length;
  const sorted = executable.array(known(ports.lengths, "lengths"));
  sortMembers(lengths, sorted, { order, size: 1 });
  for (let row = 0; row < steps * batch; row++)
    if (Math.floor(row / batch) >= sorted[row % batch]!) x.fill(0, row * columns, (row + 1) * columns);
}
