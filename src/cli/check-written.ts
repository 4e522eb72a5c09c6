/** The report of `recurra convert`: what the file that was written computes, read back from its bytes, beside the numbers of what it was made of. */
import { createGraphModel, createRandom, graphOf, RecurraError, toNetworkRows } from "../node.ts";
import type { GraphModel, GraphNetwork, GraphTensor, LoadedModel, Model, NetworkRows } from "../node.ts";
import { computeGraph, computeNetwork, graphInputsOf, networkInputsOf } from "./computed.ts";
import type { Computed, ComputedLayer, NetworkInputs } from "./computed.ts";
import type { AnyModel } from "./model-files.ts";
import { compare, compareGraphs, drawInputs } from "./parity.ts";
import type { Difference, Inputs } from "./parity.ts";

/** Numbers of `--check`. */
export interface Sample {
  readonly file: string;
  readonly inputs: Inputs;
  /** What the other framework gave, by the names of outputs. */
  readonly outputs: ReadonlyMap<string, GraphTensor>;
}

export interface Report {
  /** With what, and what could not be compared. */
  readonly compared: string;
  readonly differences: readonly Difference[];
  /** What of the model is not in the file, or not as it was. */
  readonly notes: readonly string[];
}

interface Written {
  readonly source: AnyModel;
  readonly result: AnyModel;
  readonly sample: Sample | undefined;
  /** Whether states are inputs and outputs of the file. */
  readonly states: boolean;
}

export function checkWritten(written: Written): Promise<Report> {
  const { source, result } = written;
  if (result.format !== "onnx") return checkNetwork(written);
  return source.format === "recurra"
    ? checkOwnGraph(source.model, result.model, written.states)
    : checkGraph(source.model, result.model, written.sample);
}

/** A graph keeps the names of its values, so that all of them can be compared, whatever they are. */
async function checkGraph(source: GraphModel, result: GraphModel, sample: Sample | undefined): Promise<Report> {
  const inputs = sample?.inputs ?? drawInputs(source);
  const notes = source.graph.notes ?? [];
  const differences = await ranOrWhyNot(
    () => compareGraphs(source, result, { inputs, recorded: sample?.outputs }),
    sample,
  );
  if (typeof differences === "string")
    return { compared: `nothing was compared: ${differences}`, differences: [], notes };
  return {
    differences,
    notes,
    compared: `compared on ${sample === undefined ? `random inputs (${printShapes(inputs)})` : `the inputs of ${sample.file}`}`,
  };
}

/** A network beside the graph that was made of it. */
async function checkOwnGraph(source: LoadedModel, result: GraphModel, states: boolean): Promise<Report> {
  const own = createGraphModel(graphOf(source, states ? { states: "inputs" } : {}));
  const inputs = drawInputs(own, tokensOf(source));
  const differences = await compareGraphs(own, result, { inputs });
  own.dispose();
  if (states) return { compared: `compared on random inputs (${printShapes(inputs)})`, differences, notes: [] };
  const { output } = await result.run(inputs);
  const predicted = source.predict({
    ...sequenceOf(inputs["input"]!),
    ...(inputs["source"] === undefined ? {} : { source: sequenceOf(inputs["source"]) }),
  });
  return {
    compared: `compared on random inputs (${printShapes(inputs)})`,
    differences: [
      compare("output, as predict gives it", output!.shape, predicted, output!.data as Float32Array),
      ...differences,
    ],
    notes: [],
  };
}

function sequenceOf({ shape, data }: Inputs[string]): {
  readonly steps: number;
  readonly batch: number;
  readonly inputs: Float32Array;
} {
  return { steps: shape[0]!, batch: shape[1]!, inputs: Float32Array.from(data as ArrayLike<number>, Number) };
}

/** Entries of the vocabularies of inputs, by the names that graphs of networks give them. */
function tokensOf({ spec }: Pick<Model, "spec">): ReadonlyMap<string, number> {
  const chains = [["input", spec] as const, ...(spec.encoder === undefined ? [] : [["source", spec.encoder] as const])];
  return new Map(chains.flatMap(([name, { input }]) => (input.kind === "tokens" ? [[name, input.size] as const] : [])));
}

function printShapes(inputs: Inputs): string {
  return Object.entries(inputs)
    .map(([name, { shape }]) => `${name} [${shape.join(", ")}]`)
    .join(", ");
}

interface Reference extends Computed {
  readonly inputs: NetworkInputs;
  readonly with: string;
  readonly isRecorded: boolean;
}

/** What layers there are and what each gives, of a file that holds layers. */
async function checkNetwork({ source, result, sample }: Written): Promise<Report> {
  const { notes, from } =
    source.format === "recurra"
      ? { notes: [], from: computeOwn(source.model) }
      : await referToGraph(source.model, sample);
  if (typeof from === "string") return { compared: `nothing was compared: ${from}`, differences: [], notes };
  const to =
    result.format === "recurra"
      ? computeNetwork(result.model, from.inputs)
      : await computeWritten(result.model, from.inputs);
  if (typeof to === "string") return { compared: `nothing was compared: ${to}`, differences: [], notes };
  const pairs = pairLayers(from.layers, to.layers);
  const layers = pairs.flatMap(([a, b]) =>
    a.rows === undefined || b.rows === undefined ? [] : [compareRows(printLayer(a), a.rows, b.rows)],
  );
  const missed = pairs.filter(([a, b]) => a.rows === undefined || b.rows === undefined).map(([a]) => printLayer(a));
  const output =
    from.output === undefined || to.output === undefined
      ? []
      : [compareRows(from.isRecorded ? "output (recorded)" : "output", from.output, to.output)];
  return {
    compared: [
      `compared on ${from.with}; layers on the first member`,
      ...(output.length === 0 ? ["; the output was not compared: it is open what its axes are"] : []),
      ...(missed.length === 0 ? [] : [`; not compared by itself: ${missed.join(", ")}`]),
    ].join(""),
    differences: [...output, ...layers],
    notes: [...notes, ...noteDropout(from.layers, to.layers)],
  };
}

function printLayer({ path, layer }: ComputedLayer): string {
  return `layer ${path} (${layer.kind === "cell" ? layer.cell.name : layer.kind})`;
}

function compareRows(what: string, a: NetworkRows, b: NetworkRows): Difference {
  return compare(what, [a.steps, a.batch, a.data.length / (a.steps * a.batch)], a.data, b.data);
}

/** Dropout does nothing here, and not every format has a place for it. */
function pairLayers(
  from: readonly ComputedLayer[],
  to: readonly ComputedLayer[],
): readonly (readonly [ComputedLayer, ComputedLayer])[] {
  const [own, other] = [from, to].map((layers) => layers.filter(({ layer }) => layer.kind !== "dropout"));
  if (own!.length !== other!.length)
    throw new RecurraError(
      "convert/different",
      `The converted model has ${other!.length} layers, but the one it was made of has ${own!.length}.`,
    );
  return own!.map((layer, i) => [layer, other![i]!]);
}

function noteDropout(from: readonly ComputedLayer[], to: readonly ComputedLayer[]): readonly string[] {
  const count = (layers: readonly ComputedLayer[]): number =>
    layers.filter(({ layer }) => layer.kind === "dropout").length;
  return count(to) < count(from) ? ["dropout, which does nothing but in training, is not in the file"] : [];
}

function computeOwn(model: LoadedModel): Reference {
  const { spec } = model;
  const random = createRandom(1);
  const draw = ({ input }: Pick<Model["spec"], "input">): NetworkRows => {
    const steps = input.kind === "image" ? input.height * input.width : 12;
    const length = steps * 2 * (input.kind === "tokens" ? 1 : input.size);
    const one = input.kind === "tokens" ? () => random.integer(input.size) : () => random.normal();
    return { steps, batch: 2, data: Float32Array.from({ length }, one) };
  };
  const inputs = { own: draw(spec), source: spec.encoder === undefined ? undefined : draw(spec.encoder) };
  const computed = computeNetwork(model, inputs);
  return {
    ...computed,
    inputs,
    with: `two random sequences of ${inputs.own.steps} steps`,
    isRecorded: false,
  };
}

/** What a graph gives that was read, and what its network leaves out. */
async function referToGraph(
  model: GraphModel,
  sample: Sample | undefined,
): Promise<{ readonly notes: readonly string[]; readonly from: Reference | string }> {
  const network = model.network();
  try {
    return { notes: notesOfGraph(model, network, sample), from: await computeSource(model, network, sample) };
  } finally {
    network.dispose();
  }
}

/** The graph that was read, on what is given or random; or why it cannot be compared. */
async function computeSource(
  model: GraphModel,
  network: GraphNetwork,
  sample: Sample | undefined,
): Promise<Reference | string> {
  const { origin } = network;
  const inputs = sample === undefined ? drawFor(model, network) : asFloats(sample.inputs);
  const read = networkInputsOf(network, inputs);
  if (read === undefined) return "it is open what the axes of the model's inputs are";
  const computed = await ranOrWhyNot(() => computeGraph(model, network, inputs), sample);
  if (typeof computed === "string") return computed;
  const recorded = sample?.outputs.get(origin.output.name);
  return {
    ...computed,
    ...(recorded === undefined ? {} : { output: toNetworkRows(origin.output, recorded) }),
    inputs: read,
    with:
      sample === undefined
        ? `random inputs (${printShapes(inputs)})`
        : `the inputs of ${sample.file}${recorded === undefined ? ", which holds no output of the other framework for them" : ""}`,
    isRecorded: recorded !== undefined,
  };
}

/** Random inputs may not fit what a graph does with sizes that it leaves open; those that are given have to. */
async function ranOrWhyNot<T>(run: () => Promise<T>, sample: Sample | undefined): Promise<T | string> {
  try {
    return await run();
  } catch (error) {
    if (sample !== undefined || !(error instanceof RecurraError)) throw error;
    return `the model does not run on random inputs; give some that fit as --check (${error.message})`;
  }
}

/** What a network leaves out of a graph. */
function notesOfGraph(
  model: GraphModel,
  { origin }: Pick<GraphNetwork, "origin">,
  sample: Sample | undefined,
): readonly string[] {
  const given = (name: string): boolean =>
    Array.from((sample?.inputs[name]?.data ?? []) as ArrayLike<number>, Number).some((value) => value !== 0);
  const recorded = origin.omitted.filter((name) => sample?.outputs.has(name) === true);
  return [
    ...(model.graph.notes ?? []),
    ...origin.zeros.map(
      (name) =>
        `the input ${name} is a first state: it starts at zero${given(name) ? `, but ${sample?.file} gives other numbers` : ""}`,
    ),
    ...origin.lengths.map(
      (name) => `the input ${name} is no input of the network: lengths are given beside the sequence`,
    ),
    ...origin.omitted.map((name) => `the output ${name} is left out: the network has the first output alone`),
    ...recorded.map((name) => `the numbers recorded for ${name} were not compared, as the network does not give it`),
  ];
}

type Floats = Readonly<Record<string, GraphTensor & { readonly data: Float32Array }>>;

function asFloats(inputs: Inputs): Floats {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, data }]) => [
      name,
      { type: "float32" as const, shape, data: Float32Array.from(data as ArrayLike<number>, Number) },
    ]),
  );
}

/** Random numbers for what the network reads; states start at zero there, and all members are as long as the sequence. */
function drawFor(model: GraphModel, { origin, spec }: GraphNetwork): Floats {
  const chains = [
    [origin.input, spec] as const,
    ...(spec.encoder === undefined ? [] : [[origin.source, spec.encoder] as const]),
  ];
  const tokens = new Map(
    chains.flatMap(([port, { input }]) =>
      port !== undefined && input.kind === "tokens" ? [[port.name, input.size] as const] : [],
    ),
  );
  const inputs = asFloats(drawInputs(model, tokens));
  const steps = inputs[origin.input.name]?.shape[origin.input.axes.indexOf("steps")] ?? 1;
  for (const name of origin.zeros) inputs[name]?.data.fill(0);
  for (const name of origin.lengths) inputs[name]?.data.fill(steps);
  return inputs;
}

/** What the file gives that another framework will read. */
async function computeWritten(model: GraphModel, inputs: NetworkInputs): Promise<Computed | string> {
  const network = model.network();
  const given = graphInputsOf(network, inputs);
  const computed =
    given === undefined
      ? "it is open what the axes of the file's input are"
      : await computeGraph(model, network, given);
  network.dispose();
  return computed;
}
