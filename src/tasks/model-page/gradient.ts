/** The section on what is left of a gradient at each step of a sample, and the most that could be. */
import {
  drawCurves,
  gradientThroughTime,
  growthExponents,
  productNorms,
  recurrentCells,
  stepJacobians,
  summariseGradient,
  walkJacobians,
} from "../../inspect/index.ts";
import type { CellTrace, OutputRead, StateGradient, Trace } from "../../inspect/index.ts";
import type { TaskJob } from "../task-table.ts";
import { printPicture, printReading, printText } from "./frame.ts";
import type { PageSection, Voice } from "./frame.ts";
import { styleStates } from "./values.ts";
import type { Seen } from "./values.ts";

/** States of a layer whose Jacobians are multiplied, at most: their cost grows with the cube. */
const mostStates = 400;

/** What the gradient is of: the output that is largest at the last step where outputs are choices, else the sum of them. */
export function chooseRead({ output }: Pick<Trace, "output">, job: TaskJob | undefined): OutputRead {
  if (!isChoice(job)) return {};
  const last = output.values.subarray((output.steps - 1) * output.size);
  return { unit: last.indexOf(last.reduce((a, b) => Math.max(a, b), -Infinity)) };
}

/** Whether a task's outputs are scores of classes or tokens. */
function isChoice(job: TaskJob | undefined): boolean {
  if (job === undefined || job.kind === "forecaster") return false;
  return job.kind !== "text-reader" || job.task.answer.kind === "class";
}

/** Gradients of all states, then the norms of products of Jacobians by layer. */
export function describeGradientSection(seen: Seen, job: TaskJob | undefined, voice: Voice): PageSection {
  const { words } = voice;
  const { trace } = seen;
  const section = { id: "gradient", title: words.sections.gradient };
  const cells = recurrentCells(trace);
  if (cells.every(({ output }) => output.steps < 2)) return { ...section, parts: [printText(words.oneStep)] };
  const read = chooseRead(trace, job);
  const gradients = gradientThroughTime(trace, read);
  return {
    ...section,
    parts: [
      printReading(
        `${words.gradientRead} ${read.unit === undefined ? words.gradientLoss.sum : words.gradientLoss.unit}`,
        words.gradientSource,
        voice,
      ),
      `<div class="grid">\n${cells.flatMap((cell) => drawGradients(cell, { trace, gradients }, voice)).join("\n")}\n</div>`,
      printReading(words.productRead, words.productSource, voice),
      `<div class="grid">\n${cells.map((cell) => describeProducts(cell, trace, voice)).join("\n")}\n</div>`,
    ],
  };
}

/**
 * Whether what a cell gives is used at many steps in ways that do not pass through its own later steps: by attention, pooling, a convolution, or a layer that
 * reads in the other direction. The gradient then comes in at all of them.
 */
function isReadThroughout(cell: CellTrace, { layers, encoder }: Trace): boolean {
  const isEncoder = encoder.some(({ cells }) => cells.includes(cell));
  if (isEncoder && layers.some(({ cells }) => cells.some(({ attention }) => attention.length > 0))) return true;
  const chain = isEncoder ? encoder : layers;
  const above = chain.slice(chain.findIndex(({ cells }) => cells.includes(cell)) + 1);
  return above.some(
    ({ layer, cells }) =>
      layer.kind === "convolution" ||
      layer.kind === "spatial-pool" ||
      (layer.kind === "pool" && (layer.over === "mean" || layer.over === "max")) ||
      cells.some((other) => other.cell.states.length > 0 && other.reverse !== cell.reverse),
  );
}

/** The states of one layer. Where a layer reads from the end, the gradient travels towards the last step. */
function drawGradients(
  cell: CellTrace,
  { trace, gradients }: { readonly trace: Trace; readonly gradients: readonly StateGradient[] },
  { words, print, chart }: Voice,
): readonly string[] {
  const { path, reverse, output } = cell;
  if (output.steps < 2) return [];
  const alive = gradients.filter((one) => one.path === path && one.norms.some((norm) => norm > 0));
  const title = `${words.gradientChart}, ${words.layerOf.toLowerCase()} ${path} (${cell.cell.name})`;
  if (alive.length === 0) return [printText(`${title}: ${words.noGradient}`)];
  const fates = alive.map(({ state, norms }) => {
    const { verdict, factor, first } = summariseGradient({
      name: state,
      norms: reverse ? norms.toReversed() : norms,
    });
    if (first === 0) return words.goneFate(state);
    return words.fate(state, words.fates[verdict], Number.isNaN(factor) ? undefined : print(factor));
  });
  const isThroughout = isReadThroughout(cell, trace);
  const said = [
    ...(reverse ? [words.gradientTurned] : []),
    isThroughout ? words.gradientThroughout : `${fates.join("; ")}.`,
  ];
  const svg = drawCurves({
    ...chart,
    title,
    xLabel: words.step,
    yLabel: words.gradientAxis,
    log: true,
    curves: styleStates(alive.map(({ state, norms }) => ({ name: state, values: norms }))),
    width: 420,
    height: 300,
  });
  return [printPicture(svg, said.join(" "))];
}

/** The norms of one layer, with its largest growth exponent. */
function describeProducts(cell: CellTrace, trace: Trace, { words, print, chart }: Voice): string {
  const { path, reverse } = cell;
  if (walkJacobians(trace, { layer: path }).size > mostStates)
    return printText(words.noProduct(path, print(mostStates)));
  const jacobians = stepJacobians(trace, { layer: path });
  const { norms } = productNorms(jacobians);
  const [exponent = NaN] = growthExponents(jacobians, { count: 1 }).exponents;
  const svg = drawCurves({
    ...chart,
    title: words.productChart(path),
    xLabel: words.step,
    yLabel: words.productAxis,
    log: true,
    curves: [
      {
        name: cell.cell.states.map(({ name }) => name).join(", "),
        values: reverse ? norms.toReversed() : norms,
        style: "gradient",
      },
    ],
    width: 420,
    height: 280,
  });
  return printPicture(
    svg,
    `${reverse ? `${words.gradientTurned} ` : ""}${words.growth(print(exponent), print(Math.exp(exponent)))}`,
  );
}
