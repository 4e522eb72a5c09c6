/** A linear last layer solved for directly, by ridge regression on what the layers before it make of the data. */
import type { BackendName } from "../engine/backend.ts";
import { cell, equalCells } from "../language/index.ts";
import { cellOf, createModel, describeNetwork } from "../network/index.ts";
import type { NetworkSpec, ParameterValues } from "../network/index.ts";
import { RecurraError, known } from "../util/errors.ts";
import { checkFit, createBatchSource } from "./batch-source.ts";
import type { BatchSource, TrainingData } from "./batch-source.ts";
import { solveRidge } from "./ridge.ts";
import type { Rows } from "./ridge.ts";

export interface ReadoutOptions {
  /** Its last layer is linear: `dense(size)`. */
  readonly network: NetworkSpec;
  /** Of all layers, drawn or trained; those of the last are not read. */
  readonly parameters: ParameterValues;
  readonly data: TrainingData;
  /** Where the regularisation is chosen; the last fifth of the rows if absent, and the readout is then solved for again with all of them. */
  readonly validation?: TrainingData | undefined;
  /** The first steps of each sequence, which do not count: the reservoir still feels that it started from zero then. 0; only with a target for each step. */
  readonly washout?: number | undefined;
  /** Regularisations to choose from, above 0: powers of ten from 1e-10 to 1. */
  readonly ridges?: readonly number[] | undefined;
  /** Members of a batch, 32. */
  readonly batch?: number | undefined;
  readonly backend?: BackendName | "auto" | undefined;
}

/** Mean squared errors with one regularisation. */
export interface RidgeTrial {
  readonly ridge: number;
  readonly training: number;
  readonly validation: number;
}

export interface FittedReadout {
  /** All of the network, the last layer solved for. */
  readonly parameters: ParameterValues;
  /** The regularisation that was chosen. */
  readonly ridge: number;
  /** One for each regularisation that could be solved with, the smallest first. */
  readonly trials: readonly RidgeTrial[];
  /** Rows the readout was solved from. */
  readonly rows: number;
}

const usualRidges = Array.from({ length: 11 }, (_, power) => 10 ** (power - 10));
const linear = cell("dense", "y = W x + b");

/**
 * Solves for the last layer's weights `W` and offsets `b`: those with the least `mean |W h + b - target|^2 + ridge |W|^2` over all rows `h` that the layers before it give (H. Jaeger
 * 2001; M. Lukoševičius 2012, section 4). The offsets are not regularised. The rest of the network stays as it is. Throws `training/bad-option`, and `training/bad-data` where data
 * do not fit.
 */
export async function fitReadout(options: ReadoutOptions): Promise<FittedReadout> {
  const { network, parameters, washout = 0, ridges = usualRidges } = options;
  const layer = network.layers.length - 1;
  const last = network.layers[layer];
  const isLinear = last?.kind === "cell" && equalCells(cellOf(last.cell), linear) && last.ties === undefined;
  if (!isLinear || network.encoder !== undefined)
    fail("A readout is solved for where the network's last layer is dense and linear, not tied, without an encoder.");
  if (!Number.isInteger(washout) || washout < 0) fail(`washout is ${washout}; give a whole number of at least 0.`);
  if (ridges.length === 0 || !ridges.every((ridge) => ridge > 0 && ridge < Infinity))
    fail(`ridges are [${ridges.join(", ")}]; give numbers above 0.`);
  const body = dropLast(network, parameters);
  const given = readRows(options, body, options.data);
  const fifth = Math.floor(given.count / 5);
  const isHeldBack = options.validation === undefined;
  const train = isHeldBack ? cutRows(given, 0, given.count - fifth) : given;
  const validation =
    options.validation === undefined
      ? cutRows(given, given.count - fifth, given.count)
      : readRows({ ...options, washout }, body, options.validation);
  if (train.count < 1 || validation.count < 1)
    throw new RecurraError(
      "training/bad-data",
      `A readout needs rows to solve from and rows to choose by; there are ${train.count} and ${validation.count} after ${washout} steps of washout.`,
    );
  const solutions = await solveRidge(train, ridges);
  const trials = solutions.map(({ ridge, error }) => ({
    ridge,
    training: error(train),
    validation: error(validation),
  }));
  const best = trials.reduce((least, trial) => (trial.validation < least.validation ? trial : least));
  const all = isHeldBack ? (await solveRidge(given, [best.ridge]))[0] : undefined;
  const chosen = known(all ?? solutions.find(({ ridge }) => ridge === best.ridge), "a solution");
  return {
    parameters: {
      ...parameters,
      [`${layer}.W`]: Float32Array.from(chosen.weights),
      [`${layer}.b`]: Float32Array.from(chosen.offsets),
    },
    ridge: best.ridge,
    trials,
    rows: isHeldBack ? given.count : train.count,
  };
}

interface Body {
  readonly network: NetworkSpec;
  readonly parameters: ParameterValues;
  readonly columns: number;
}

function dropLast(network: NetworkSpec, parameters: ParameterValues): Body {
  const body = { ...network, layers: network.layers.slice(0, -1) };
  if (body.layers.length === 0) fail("A readout reads other layers, but the network has none before it.");
  const shape = describeNetwork(body);
  return {
    network: body,
    parameters: Object.fromEntries(shape.parameters.map(({ name }) => [name, known(parameters[name], name)])),
    columns: shape.outputSize,
  };
}

/** What the layers before the last make of the data, beside the targets: those rows that count. */
function readRows({ network, batch = 32, washout = 0, backend }: ReadoutOptions, body: Body, data: TrainingData): Rows {
  if (data.kind === "stream")
    throw new RecurraError("training/bad-data", "A readout is solved for from windows or sequences, not from streams.");
  const shape = describeNetwork(network);
  const targetSize = shape.outputSize;
  const source = createBatchSource(data, { batch: Math.min(batch, countOf(data)) });
  checkFit(data, source, { spec: network, shape, targets: targetSize, isClass: false });
  const model = createModel({
    spec: body.network,
    parameters: body.parameters,
    ...(backend === undefined ? {} : { backend }),
  });
  const parts: RowPart[] = [];
  try {
    for (let index = 0; index < source.count; index++) {
      const { steps } = source.shapeOf(index);
      const ports = fillBatch(source, index, steps);
      const outputs = model.predict({
        steps,
        batch: source.batch,
        inputs: ports.inputs,
        ...(ports.lengths === undefined ? {} : { lengths: ports.lengths }),
      });
      parts.push(pickRows(outputs, ports, { first: source.perStep ? washout * source.batch : 0, ...body, targetSize }));
    }
  } finally {
    model.dispose();
  }
  return joinRows(parts, body.columns, targetSize);
}

function countOf(data: Exclude<TrainingData, { readonly kind: "stream" }>): number {
  return data.kind === "windows" ? data.indices.length : (data.indices ?? data.lengths).length;
}

function fillBatch(source: BatchSource, index: number, steps: number): FilledBatch {
  const rows = steps * source.batch;
  const out = source.perStep ? rows : source.batch;
  const ports = {
    inputs: new Float32Array(rows * source.inputSize),
    targets: new Float64Array(out * source.targetSize),
    weights: new Float64Array(out),
    lengths: source.lengths ? new Float32Array(source.batch) : undefined,
  };
  source.fill(index, ports);
  return ports;
}

interface FilledBatch {
  readonly inputs: Float32Array;
  readonly targets: Float64Array;
  readonly weights: Float64Array;
  readonly lengths: Float32Array | undefined;
}

interface Picking {
  readonly first: number;
  readonly columns: number;
  readonly targetSize: number;
}

/** The rows with weight, from the first that counts on. */
function pickRows(outputs: ArrayLike<number>, { targets, weights }: FilledBatch, picking: Picking): RowPart {
  const { first, columns, targetSize } = picking;
  const rows: number[] = [];
  for (let row = first; row < weights.length; row++) if (weights[row]! > 0) rows.push(row);
  const x = new Float32Array(rows.length * columns);
  const y = new Float64Array(rows.length * targetSize);
  rows.forEach((row, at) => {
    for (let column = 0; column < columns; column++) x[at * columns + column] = outputs[row * columns + column]!;
    for (let column = 0; column < targetSize; column++)
      y[at * targetSize + column] = targets[row * targetSize + column]!;
  });
  return { x, y, w: Float64Array.from(rows, (row) => weights[row]!) };
}

interface RowPart {
  readonly x: Float32Array;
  readonly y: Float64Array;
  readonly w: Float64Array;
}

function joinRows(parts: readonly RowPart[], columns: number, targetSize: number): Rows {
  const count = parts.reduce((sum, { w }) => sum + w.length, 0);
  const joined = {
    count,
    columns,
    targetSize,
    x: new Float32Array(count * columns),
    y: new Float64Array(count * targetSize),
    w: new Float64Array(count),
  };
  let row = 0;
  for (const { x, y, w } of parts) {
    joined.x.set(x, row * columns);
    joined.y.set(y, row * targetSize);
    joined.w.set(w, row);
    row += w.length;
  }
  return joined;
}

function cutRows({ columns, targetSize, x, y, w }: Rows, from: number, to: number): Rows {
  return {
    count: to - from,
    columns,
    targetSize,
    x: x.subarray(from * columns, to * columns),
    y: y.subarray(from * targetSize, to * targetSize),
    w: w.subarray(from, to),
  };
}

function fail(message: string): never {
  throw new RecurraError("training/bad-option", message);
}
