/** What a model file holds: task, training, architecture, parameters, memory. */
import path from "node:path";
import {
  printCount,
  alignTable,
  loadFile,
  openTask,
  printCell,
  cell as createCell,
  printMemory,
  printQuantity,
  readSummary,
  RecurraError,
  verifyModel,
} from "../node.ts";
import type { CellSpec, LayerSpec, LoadedModel, TaskJob, WeightsComparison } from "../node.ts";
import { printGraph } from "./inspect-graph.ts";
import { writeModelPage } from "./inspect-page.ts";
import type { PageFlags } from "./inspect-page.ts";
import { isModelFile, layersOf, readModelFile } from "./model-files.ts";
import { findCommandTask } from "./tasks/table.ts";
import { UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";

export interface ModelFlags extends PageFlags {
  readonly verify?: boolean;
  readonly weights?: boolean;
  readonly training?: boolean;
  readonly steps?: number;
  readonly batch?: number;
  readonly json?: boolean;
}

/** Prints a model file, or writes its page. Throws `file/…`, what the readers of other formats throw, and what is wrong with the sample of a page. */
export async function inspectModel(file: string, flags: ModelFlags, terminal: Terminal): Promise<void> {
  const source = path.basename(file);
  const read = isModelFile(file) ? await readModelFile(file) : { format: "recurra", model: await loadFile(file) };
  if ("details" in read.model) return inspectLayers(read.model, { source, flags }, terminal);
  const format = formatNames[read.format as keyof typeof formatNames];
  if (flags.verify === true)
    throw new UsageError(`--verify runs the self-test of a model of Recurra, and ${source} is one of ${format}`);
  const layers = layersOf(read.model, source);
  if (layers instanceof RecurraError) {
    refuseForGraph(flags, `${source}, which is no chain of layers: ${layers.message}`);
    printGraph({ model: read.model, source, format }, flags.json === true, terminal);
  } else await inspectLayers(layers, { source, flags, format }, terminal);
  read.model.dispose();
}

const formatNames = { onnx: "ONNX", keras: "Keras", torch: "PyTorch" } as const;

/** Throws a usage error for a flag that is about layers. */
function refuseForGraph(flags: ModelFlags, what: string): void {
  const ofLayers = ["html", "weights", "training", "steps", "batch"] as const;
  const odd = ofLayers.find((name) => flags[name] !== undefined);
  if (odd !== undefined) throw new UsageError(`--${odd} has no meaning for ${what}`);
}

interface LayersOptions {
  readonly source: string;
  readonly flags: ModelFlags;
  /** Of another framework. */
  readonly format?: string;
}

async function inspectLayers(
  model: LoadedModel,
  { source, flags, format }: LayersOptions,
  terminal: Terminal,
): Promise<void> {
  if (flags.verify === true) {
    verifyModel(model, source);
    terminal.say("the self-test passes");
  }
  const weights = flags.weights === true ? model.compareWeights() : undefined;
  const task = model.details.preprocessing === undefined ? undefined : openTask(model, source);
  if (flags.html !== undefined) await writeModelPage({ model, job: task, name: source }, flags, terminal);
  if (flags.json === true) terminal.print(JSON.stringify({ ...modelAsJson(model), format, weights }));
  else if (flags.html === undefined)
    terminal.print(
      [
        ...describeTask(task, source, format),
        "",
        ...describeTraining(model, task),
        describeLayers(model),
        "",
        ...describeCells(model),
        describeMemory(model, task, flags),
        ...(weights === undefined ? [] : ["", describeWeights(weights)]),
      ].join("\n"),
    );
  model.dispose();
}

function describeTask(job: TaskJob | undefined, source: string, format: string | undefined): readonly string[] {
  if (job === undefined) return [`${source}: a network${format === undefined ? "" : ` of ${format}`}, without a task`];
  return findCommandTask(job.task.kind).describeJob(job, source);
}

function describeTraining({ details }: LoadedModel, job: TaskJob | undefined): readonly string[] {
  const summary = readSummary(details.training);
  if (details.checkpoint !== undefined) return ["An unfinished run: recurra train DATA --resume goes on with it.", ""];
  if (summary === undefined) return [];
  const { data, epochs, kept, seed, optimiser, loss, test } = summary;
  const row = job === undefined ? undefined : findCommandTask(job.task.kind).rowCalled?.(job.task);
  return [
    `Trained on ${data.source} (${printCount(data.rows, row ?? "row")}): ${printCount(epochs, "epoch")} of ${optimiser} on the ${loss} loss, seed ${seed}; kept epoch ${kept.epoch}, loss ${kept.loss.toPrecision(4)}.`,
    ...(test === undefined ? [] : [`Test: ${printTest(test)}.`]),
    "",
  ];
}

/** Numbers by name, and by target and name, in words. */
function printTest(test: Readonly<Record<string, unknown>>): string {
  return Object.entries(test)
    .map(([name, value]) => {
      if (typeof value === "number") return `${spell(name)} ${printQuantity(value)}`;
      return typeof value === "object" && value !== null
        ? `${name}: ${printTest(value as Readonly<Record<string, unknown>>)}`
        : name;
    })
    .join(", ");
}

/** `meanAbsoluteError` as words. */
function spell(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function nameLayer(layer: LayerSpec): string {
  switch (layer.kind) {
    case "cell":
      return `${layer.cell.name}${layer.direction === undefined || layer.direction === "forward" ? "" : ` (${layer.direction})`}`;
    case "embedding":
      return "embedding";
    case "dropout":
      return `dropout ${layer.rate}`;
    case "pool":
      return `pool: ${layer.over}`;
    case "convolution":
      return `convolution ${printExtent(layer.kernel)}${layer.activation === undefined ? "" : `, ${layer.activation}`}`;
    case "spatial-pool":
      return `${layer.over} of ${printExtent(layer.kernel)}`;
  }
}

function printExtent(extent: number | readonly [number, number]): string {
  return typeof extent === "number" ? String(extent) : extent.join(" × ");
}

function describeLayers({ spec, shape }: LoadedModel): string {
  const countOf = (dimensions: readonly number[]): number => dimensions.reduce((product, n) => product * n, 1);
  const rows = spec.layers.map((layer, index) => {
    const own = shape.parameters.filter(({ name }) => name.startsWith(`${index}.`));
    const { inputSize, outputSize, perStep } = shape.layers[index] ?? { inputSize: 0, outputSize: 0, perStep: true };
    return {
      index,
      layer: nameLayer(layer),
      inputs: inputSize,
      outputs: outputSize,
      per: perStep ? "step" : "sequence",
      parameters: own.reduce((sum, one) => sum + countOf(one.shape), 0),
    };
  });
  const total = rows.reduce((sum, row) => sum + row.parameters, 0);
  const columns = [
    { key: "index", title: "layer" },
    { key: "layer", title: "" },
    { key: "inputs" },
    { key: "outputs" },
    { key: "per" },
    { key: "parameters" },
  ];
  return `${alignTable(rows, columns, { indent: "  " })}\n\n  ${printQuantity(total)} parameters in all`;
}

/** The equations of each cell, once. */
function describeCells({ spec }: LoadedModel): readonly string[] {
  const found = new Map<string, CellSpec>();
  for (const layer of spec.layers)
    if (layer.kind === "cell") found.set(`${layer.cell.name}\n${layer.cell.text}`, layer.cell);
  return [...found.values()].flatMap((own) => [
    `${own.name}:`,
    printCell(createCell(own.name, own.text, own.options))
      .trimEnd()
      .replaceAll(/^/gm, "  "),
    "",
  ]);
}

/** Steps where nothing says how long sequences are. */
const usualSteps = 30;

function describeMemory({ spec, details }: LoadedModel, job: TaskJob | undefined, flags: ModelFlags): string {
  const { steps: own = usualSteps, loss } =
    job === undefined ? { loss: { kind: "absolute" } as const } : findCommandTask(job.task.kind).memoryOf(job);
  const steps = flags.steps ?? own;
  const batch = flags.batch ?? (flags.training === true ? (readSummary(details.training)?.batch ?? 1) : 1);
  const title = `Memory of ${flags.training === true ? "a training step" : "a prediction"} with ${printCount(steps, "step")} and a batch of ${batch}, in words of four bytes:`;
  return `${title}\n\n${printMemory(spec, { steps, batch, ...(flags.training === true ? { loss } : {}) }).trimEnd()}`;
}

function describeWeights(weights: readonly WeightsComparison[]): string {
  const { steps = 0, bytesFloat32 = 0 } = weights[0] ?? {};
  const rows = weights.map(({ format, bytes, largestError, meanError, relativeError }) => ({
    format,
    size: `${printQuantity((100 * bytes) / bytesFloat32)} %`,
    largestError: largestError.toPrecision(2),
    meanError: meanError.toPrecision(2),
    relativeError: `${(100 * relativeError).toPrecision(2)} %`,
  }));
  const columns = [
    { key: "format" },
    { key: "size", title: "of float32" },
    { key: "largestError", title: "largest error" },
    { key: "meanError", title: "mean error" },
    { key: "relativeError", title: "relative" },
  ];
  return `What outputs lose with weights of fewer bits, on ${printCount(steps, "step")} of random inputs (compareWeights measures it on your own):\n\n${alignTable(rows, columns, { indent: "  " })}`;
}

function modelAsJson({ spec, shape, details }: LoadedModel): Readonly<Record<string, unknown>> {
  const { madeBy, preprocessing, training, checkpoint } = details;
  return {
    madeBy,
    network: spec,
    parameters: shape.parameters,
    task: preprocessing,
    training,
    unfinished: checkpoint !== undefined,
  };
}
