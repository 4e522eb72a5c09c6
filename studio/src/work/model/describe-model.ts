/** What a model file is: task, training, layers, equations and parameters, as people read them. */
import { cell, printMathML, readSummary } from "recurra";
import type { CellSpec, EpochRecord, Json, LayerSpec, LoadedModel, TaskJob } from "recurra";
import { measureNetwork } from "../measure-network.ts";
import type { CellFacts, LayerFacts, ModelFacts, ParameterFacts, SummaryFacts } from "./model.ts";

/** Bins of a histogram. */
const bins = 32;

const countOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

function nameLayer(layer: LayerSpec): string {
  switch (layer.kind) {
    case "cell":
      return `${layer.cell.name}${layer.direction === "both" ? " ⇄" : layer.direction === "backward" ? " ←" : ""}`;
    case "dropout":
      return `dropout ${layer.rate}`;
    case "pool":
      return layer.over;
    case "embedding":
    case "convolution":
    case "spatial-pool":
      return layer.kind;
  }
}

interface Opened {
  readonly model: LoadedModel;
  readonly job: TaskJob | undefined;
  readonly name: string;
  readonly bytes: number;
}

export function describeModel({ model, job, name, bytes }: Opened): Omit<ModelFacts, "sample" | "goesOn"> {
  const { spec, shape, details } = model;
  const chains = [
    ...(spec.encoder === undefined ? [] : [{ layers: spec.encoder.layers, shape: shape.encoder, prefix: "encoder." }]),
    { layers: spec.layers, shape, prefix: "" },
  ];
  const layers = chains.flatMap((chain) =>
    chain.layers.map((layer, at): LayerFacts => {
      const own = shape.parameters.filter((one) => one.name.startsWith(`${chain.prefix}${at}.`));
      return {
        name: `${chain.prefix}${nameLayer(layer)}`,
        inputs: chain.shape?.layers[at]?.inputSize ?? 0,
        outputs: chain.shape?.layers[at]?.outputSize ?? 0,
        parameters: own.reduce((sum, one) => sum + countOf(one.shape), 0),
      };
    }),
  );
  const specs = chains.flatMap((chain) =>
    chain.layers.flatMap((layer, at) => (layer.kind === "cell" ? [{ layer, path: `${chain.prefix}${at}.` }] : [])),
  );
  const cells = describeCells(specs.map(({ layer }) => layer));
  const summary = describeSummary(details.training);
  const measured = measureNetwork(spec);
  const progress = readProgress(details.checkpoint?.data);
  return {
    kind: "model",
    name,
    bytes,
    madeBy: details.madeBy,
    ...(job === undefined ? {} : { task: job.task.kind }),
    about: job === undefined ? [] : describeTask(job),
    parameterCount: shape.parameters.reduce((sum, one) => sum + countOf(one.shape), 0),
    layers,
    cells,
    isRecurrent: cells.length > 0,
    ...(measured === undefined ? {} : { network: measured }),
    ...(job?.kind === "captioner" && job.task.width === job.task.height ? { side: job.task.width } : {}),
    parameters: shape.parameters.map((one) => {
      const values = model.parameters[one.name] ?? new Float32Array();
      const owner = specs.find(({ path }) => one.name.startsWith(path));
      return {
        ...describeNumbers(values),
        name: one.name,
        shape: one.shape,
        isFrozen: one.frozen,
        isRecurrent: owner !== undefined && isRecurrent(owner.layer.cell, one.name),
      };
    }),
    ...(summary === undefined ? {} : { summary }),
    history: progress?.history ?? readHistory(details.training),
    ...(progress === undefined ? {} : { progress: { epoch: progress.epoch, update: progress.update } }),
  };
}

/** Each different cell once, with the sizes of all its layers. */
function describeCells(layers: readonly { readonly cell: CellSpec; readonly size: number }[]): readonly CellFacts[] {
  const seen = new Map<string, CellFacts>();
  for (const { cell: own, size } of layers) {
    const before = seen.get(own.text);
    if (before !== undefined) {
      seen.set(own.text, { ...before, sizes: [...before.sizes, size] });
      continue;
    }
    const made = cell(own.name, own.text, own.options);
    if (made.states.length === 0) continue;
    seen.set(own.text, { name: own.name, sizes: [size], text: own.text.trim(), mathml: printMathML(made) });
  }
  return [...seen.values()];
}

/** Square by its letters: from as many numbers as it gives, which only states are. */
function isRecurrent({ name, text, options }: CellSpec, parameter: string): boolean {
  const own = cell(name, text, options).parameters.find((one) => parameter.endsWith(`.${one.name}`));
  const [rows, columns] = own?.shape ?? [];
  return own?.shape.length === 2 && rows === columns;
}

/** Moments and a histogram. */
export function describeNumbers(
  values: ArrayLike<number>,
): Omit<ParameterFacts, "name" | "shape" | "isFrozen" | "isRecurrent"> {
  let [sum, squares, least, most] = [0, 0, Infinity, -Infinity];
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? 0;
    sum += value;
    squares += value * value;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const mean = sum / values.length;
  const histogram = new Array<number>(bins).fill(0);
  const width = (most - least) / bins;
  for (let at = 0; at < values.length; at++) {
    const bin = width === 0 ? bins >> 1 : Math.min(bins - 1, Math.floor(((values[at] ?? 0) - least) / width));
    histogram[bin] = (histogram[bin] ?? 0) + 1;
  }
  const deviation = Math.sqrt(Math.max(0, squares / values.length - mean * mean));
  return { norm: Math.sqrt(squares), mean, deviation, least, most, histogram };
}

/** Names of what the task is about. */
function describeTask({ task }: TaskJob): readonly string[] {
  switch (task.kind) {
    case "forecast":
      return [...task.windows.targets, `${task.windows.window} → ${task.windows.horizon}`];
    case "texts":
      return [
        `${task.text} → ${task.target}`,
        ...(task.answer.kind === "class" ? [task.answer.classes.names.join(", ")] : []),
      ];
    case "tag":
      return [task.restore ?? task.classes.names.slice(0, 12).join(", ")];
    case "generate":
      return [`${task.vocabulary.entries.length} × ${task.vocabulary.unit}`];
    case "classify":
    case "translate":
    case "caption":
      return [];
  }
}

function describeSummary(stored: Json | undefined): SummaryFacts | undefined {
  const summary = readSummary(stored);
  if (summary === undefined) return undefined;
  const { data, epochs, kept, loss, optimiser, seed, test = {} } = summary;
  return {
    ...data,
    epochs,
    kept: kept.epoch,
    loss: kept.loss,
    lossName: loss,
    optimiser,
    seed,
    test: listNumbers(test),
  };
}

/** Numbers by name, those within by both. */
export function listNumbers(
  values: Readonly<Record<string, Json>>,
  before = "",
): readonly { readonly name: string; readonly value: number }[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const path = before === "" ? name : `${before}: ${name}`;
    if (typeof value === "number") return [{ name: path, value }];
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? listNumbers(value as Readonly<Record<string, Json>>, path)
      : [];
  });
}

type HistoryRecord = Omit<EpochRecord, "seconds">;

/** Epochs as a file tells them; those that it tells wrongly are left out. */
function readRecords(value: Json | undefined): readonly HistoryRecord[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one) => {
    if (typeof one !== "object" || one === null) return [];
    const { epoch, loss, validation, rate } = one as Readonly<Record<string, Json>>;
    if (typeof epoch !== "number" || typeof loss !== "number") return [];
    return [
      {
        epoch,
        loss,
        rate: typeof rate === "number" ? rate : NaN,
        ...(typeof validation === "number" ? { validation } : {}),
      },
    ];
  });
}

const member = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, Json>>)[name]
    : undefined;

function readHistory(training: Json | undefined): readonly HistoryRecord[] {
  return readRecords(member(training, "history"));
}

function readProgress(
  data: Json | undefined,
): { readonly epoch: number; readonly update: number; readonly history: readonly HistoryRecord[] } | undefined {
  const progress = member(member(data, "checkpoint"), "progress");
  const [epoch, update] = [member(progress, "epoch"), member(progress, "update")];
  if (typeof epoch !== "number" || typeof update !== "number") return undefined;
  return { epoch, update, history: readRecords(member(progress, "history")) };
}
