/** A model from the bytes of a file. Nothing in the file is trusted, and nothing in it is run. */
import { columnsOf, createModel, describeNetwork, outputSteps } from "../../network/index.ts";
import type { ChainSpec, Model, ModelOptions, NetworkShape, NetworkSpec } from "../../network/index.ts";
import { RecurraError } from "../../util/errors.ts";
import { checksumOfModel } from "./checksum.ts";
import { badModel, places, readDocument } from "./document.ts";
import type { Json, ModelDocument } from "./document.ts";
import { printName, readSafetensors } from "../../util/safetensors.ts";
import type { Safetensors, Tensor } from "../../util/safetensors.ts";
import { verifySelfTest } from "./self-test.ts";
import type { SelfTest } from "./self-test.ts";
import { scaleRows } from "./small-weights.ts";

export interface LoadOptions {
  /** Runs the stored self-test. */
  readonly verify?: boolean | undefined;
  readonly backend?: ModelOptions["backend"] | undefined;
  /** Most threads that share the work: one if absent. */
  readonly threads?: ModelOptions["threads"];
  /** What messages call the file. */
  readonly source?: string | undefined;
}

/** Plain data and named arrays that training goes on from. */
export interface StoredCheckpoint {
  readonly data: Json;
  readonly arrays: Readonly<Record<string, Float32Array | Float64Array>>;
}

/** What came with a model, beside the network and its numbers. Its parts are JSON: who uses them checks them. */
export interface ModelDetails {
  /** The version of Recurra that wrote the file. */
  readonly madeBy: string;
  readonly preprocessing?: Json;
  readonly training?: Json;
  readonly checkpoint?: StoredCheckpoint;
  readonly selfTest?: SelfTest;
}

export interface LoadedModel extends Model {
  readonly details: ModelDetails;
}

/**
 * The model in a file that `save` wrote. Whatever the bytes are, what is wrong with them is a `RecurraError` whose code begins with
 * `file/`; with a backend that this platform lacks, `engine/…`.
 */
export function load(bytes: Uint8Array, options: LoadOptions = {}): LoadedModel {
  const { source = "The file", backend = "auto", threads } = options;
  const file = readSafetensors(bytes, { source });
  const text = file.metadata.get(places.document);
  if (text === undefined) {
    throw new RecurraError(
      "file/no-model",
      `${source} holds tensors, but says nothing of a network: it was not saved by Recurra. readSafetensors reads its tensors.`,
    );
  }
  const document = readDocument(text, source);
  checkContents(file, text, source);
  const shape = describe(document.network, source);
  const parameters = takeParameters(shape, file.tensors, source);
  const details = takeDetails(document, shape, file.tensors, source);
  const model = { ...createModel({ spec: document.network, parameters, backend, threads }), details };
  if (options.verify === true) verifyModel(model, source);
  return model;
}

/** Runs the self-test that a model was saved with. Throws `file/self-test`, also where there is none. */
export function verifyModel(model: LoadedModel, source = "The file"): void {
  const { selfTest } = model.details;
  if (selfTest === undefined)
    throw new RecurraError("file/self-test", `${source} was saved without a self-test, so it cannot be verified.`);
  verifySelfTest(model, selfTest, source);
}

function checkContents({ tensors, metadata }: Safetensors, text: string, source: string): void {
  const stored = metadata.get(places.checksum);
  if (stored !== undefined && stored !== checksumOfModel(text, tensors)) {
    const advice = `Copy or save it again; if a program changed it on purpose, have it leave out the metadata ${printName(places.checksum)}`;
    throw new RecurraError(
      "file/damaged",
      `${source}: its checksum does not fit its contents, so they are not what was saved. ${advice}.`,
    );
  }
  for (const [name, { data }] of tensors) {
    const index = data.findIndex((value) => !Number.isFinite(value));
    if (index >= 0)
      throw new RecurraError(
        "file/bad-tensor",
        `${source}: number ${index} of tensor ${printName(name)} is ${data[index]}; the file is damaged, or its training had failed.`,
      );
  }
}

/** Sizes and parameters. Equations are parsed here, so whatever goes wrong in them is about the file. */
function describe(network: NetworkSpec, source: string): NetworkShape {
  try {
    return describeNetwork(network);
  } catch (cause) {
    throw badModel(
      source,
      `its network cannot be made: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    );
  }
}

function takeParameters(
  shape: NetworkShape,
  tensors: ReadonlyMap<string, Tensor>,
  source: string,
): Record<string, Float32Array> {
  const known = new Set<string>([
    places.selfTestInputs,
    places.selfTestSource,
    places.selfTestOutputs,
    ...shape.parameters.flatMap(({ name }) => [name, places.scales + name]),
  ]);
  for (const name of tensors.keys()) {
    if (!known.has(name) && !name.startsWith(places.checkpoint))
      throw badModel(source, `there is a tensor ${printName(name)} that its network has no use for`);
  }
  return Object.fromEntries(
    shape.parameters.map(({ name, shape: wanted }) => {
      const tensor = tensors.get(name);
      if (tensor?.shape.join() === wanted.join())
        return [name, takeValues(tensor, { name, scales: tensors.get(places.scales + name), source })];
      const found = tensor === undefined ? "is missing" : `has the shape [${tensor.shape.join(", ")}]`;
      throw badModel(source, `parameter ${name} ${found}; its network needs [${wanted.join(", ")}]`);
    }),
  );
}

/** The numbers of a parameter, those in whole numbers times the scales of their rows. */
function takeValues(
  { shape: [rows = 0], data, as }: Tensor,
  { name, scales, source }: { readonly name: string; readonly scales: Tensor | undefined; readonly source: string },
): Float32Array {
  if ((scales === undefined) !== (as !== "I8"))
    throw badModel(source, `parameter ${name} needs scales where it is of whole numbers (I8), and only there`);
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  if (scales === undefined) return values;
  if (scales.shape.join() !== String(rows))
    throw badModel(
      source,
      `the scales of parameter ${name} have the shape [${scales.shape.join(", ")}]; its ${rows} rows need one each`,
    );
  const scaled = scaleRows(values, scales.data);
  if (scaled.every(Number.isFinite)) return scaled;
  throw badModel(source, `the scales of parameter ${name} make numbers that are not finite`);
}

function takeDetails(
  document: ModelDocument,
  shape: NetworkShape,
  tensors: ReadonlyMap<string, Tensor>,
  source: string,
): ModelDetails {
  const { madeBy, preprocessing, training, checkpoint } = document;
  const arrays = [...tensors].flatMap(([name, { data }]) =>
    name.startsWith(places.checkpoint) ? [[name.slice(places.checkpoint.length), data] as const] : [],
  );
  return {
    madeBy,
    ...(preprocessing === undefined ? {} : { preprocessing }),
    ...(training === undefined ? {} : { training }),
    ...(checkpoint === undefined ? {} : { checkpoint: { data: checkpoint, arrays: Object.fromEntries(arrays) } }),
    ...takeSelfTest(document, shape, tensors, source),
  };
}

function takeSelfTest(
  { selfTest, network }: ModelDocument,
  shape: NetworkShape,
  tensors: ReadonlyMap<string, Tensor>,
  source: string,
): { readonly selfTest?: SelfTest } {
  if (selfTest === undefined) return {};
  const take = (name: string, length: number): Float32Array => {
    const data = tensors.get(name)?.data;
    if (data?.length === length) return Float32Array.from(data);
    throw badModel(
      source,
      `its self-test needs ${length} numbers in ${printName(name)}, but there are ${data?.length ?? "none"}`,
    );
  };
  const { steps, batch, tolerance, sourceSteps } = selfTest;
  const takeInputs = (name: string, chain: ChainSpec, length: number): Float32Array => {
    if (chain.input.kind === "image" && length !== chain.input.height * chain.input.width)
      throw badModel(source, `its self-test has ${length} steps, which is no whole picture`);
    const inputs = take(name, length * batch * columnsOf(chain));
    const bad =
      chain.input.kind === "tokens"
        ? inputs.findIndex((token) => !Number.isInteger(token) || token < 0 || token >= chain.input.size)
        : -1;
    if (bad >= 0) throw badModel(source, `its self-test has ${inputs[bad]} as a token`);
    return inputs;
  };
  if ((network.encoder === undefined) !== (sourceSteps === undefined))
    throw badModel(source, "its self-test must have a source where the network has an encoder, and only there");
  const read =
    network.encoder === undefined || sourceSteps === undefined
      ? {}
      : { source: { steps: sourceSteps, inputs: takeInputs(places.selfTestSource, network.encoder, sourceSteps) } };
  const inputs = takeInputs(places.selfTestInputs, network, steps);
  const outputs = take(
    places.selfTestOutputs,
    (shape.perStep ? outputSteps(network, steps) : 1) * batch * shape.outputSize,
  );
  return { selfTest: { steps, batch, tolerance, inputs, ...read, outputs } };
}
