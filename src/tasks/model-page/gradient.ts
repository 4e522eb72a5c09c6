/** The section on what is left of a gradient at each step of a sample, and the most that could be. */
import { summariseGradient } from "../../inspect/gradient-flow.ts";
import {
  drawCurves,
  gradientThroughTime,
  growthExponents,
  productNorms,
  recurrentCells,
  stepJacobians,
} from "../../inspect/index.ts";
import type { CellTrace, OutputRead, StateGradient, Trace } from "../../inspect/index.ts";
import { placeStates } from "../../inspect/numbers/jacobian.ts";
import type { TaskJob } from "../task-table.ts";
import { printPicture, printReading, printText } from "./frame.ts";
import type { PageSection, Told } from "./frame.ts";
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
export function describeGradientSection(seen: Seen, job: TaskJob | undefined, told: Told): PageSection {
  const { words } = told;
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
        told,
      ),
      `<div class="grid">\n${cells.flatMap((cell) => drawGradients(cell, gradients, told)).join("\n")}\n</div>`,
      printReading(words.productRead, words.productSource, told),
      `<div class="grid">\n${cells.map((cell) => describeProducts(cell, trace, told)).join("\n")}\n</div>`,
    ],
  };
}

/** The states of one layer. Where a layer reads from the end, the gradient travels towards the last step. */
function drawGradients(
  { path, reverse, cell, output }: CellTrace,
  all: readonly StateGradient[],
  { words, print }: Told,
): readonly string[] {
  if (output.steps < 2) return [];
  const own = all.filter((one) => one.path === path);
  const alive = own.filter(({ norms }) => norms.some((norm) => norm > 0));
  const title = `${words.gradientChart}, ${words.layerOf.toLowerCase()} ${path} (${cell.name})`;
  if (alive.length === 0) return [printText(`${title}: ${words.noGradient}`)];
  const fates = alive.map(({ state, norms }) => {
    const { verdict, factor } = summariseGradient({ name: state, norms: reverse ? norms.toReversed() : norms });
    return words.fate(state, words.fates[verdict], print(factor));
  });
  return [
    printPicture(
      drawCurves({
        title,
        xLabel: words.gradientStep,
        yLabel: words.gradientAxis,
        log: true,
        curves: styleStates(alive.map(({ state, norms }) => ({ name: state, values: norms }))),
        width: 420,
        height: 300,
      }),
      `${fates.join("; ")}.${reverse ? ` ${words.fromEnd}` : ""}`,
    ),
  ];
}

/** The norms of one layer, with its largest growth exponent. */
function describeProducts(cell: CellTrace, trace: Trace, { words, print }: Told): string {
  const size = placeStates(cell).reduce((sum, state) => sum + state.size, 0);
  if (size > mostStates) return printText(words.noProduct(cell.path, print(mostStates)));
  const jacobians = stepJacobians(trace, { layer: cell.path });
  const { norms } = productNorms(jacobians);
  const [exponent = NaN] = growthExponents(jacobians, { count: 1 }).exponents;
  const inOrder = cell.reverse ? norms.toReversed() : norms;
  return printPicture(
    drawCurves({
      title: words.productChart(cell.path),
      xLabel: words.step,
      yLabel: words.productAxis,
      log: true,
      curves: [{ name: cell.cell.states.map(({ name }) => name).join(", "), values: inOrder, style: "gradient" }],
      width: 420,
      height: 280,
    }),
    words.growth(print(exponent), print(Math.exp(exponent))),
  );
}
