/** How much of the gradient is left at each step on its way back through time: ‖∂loss/∂h_t‖ as chart, table and one sentence. */
import { drawCurves } from "./chart.ts";
import type { ChartOptions } from "./chart.ts";
import { printSignificant } from "./format-number.ts";
import { printTable } from "./table.ts";
import { RecurraError } from "../util/errors.ts";

export interface GradientNorms {
  /** The cell or state: `LSTM`, `c of layer 1`. */
  readonly name: string;
  /** ‖∂loss/∂h_t‖ at t = 0 … T-1. */
  readonly norms: ArrayLike<number>;
}

export interface GradientSummary {
  readonly name: string;
  /** Norm at the last step, and at the first. */
  readonly last: number;
  readonly first: number;
  /** The geometric mean of what one step back multiplies the norm by; NaN where a norm is zero or not finite, or there is one step. */
  readonly factor: number;
  readonly verdict: "vanishes" | "holds" | "explodes" | "unknown";
}

/** Beyond this factor over the whole sequence a gradient counts as vanished or exploded: what float32 training rarely recovers from. */
const drastic = 1e3;

/** The fate of one gradient in numbers. */
export function summariseGradient(gradient: GradientNorms): GradientSummary {
  const { name, norms } = gradient;
  const steps = norms.length;
  if (steps === 0)
    throw new RecurraError(
      "util/bad-argument",
      `The gradient norms of \`${name}\` are empty. Give one norm for each step.`,
    );
  const first = norms[0] ?? NaN;
  const last = norms[steps - 1] ?? NaN;
  const whole = first / last;
  const factor = steps > 1 && first > 0 && last > 0 && Number.isFinite(whole) ? whole ** (1 / (steps - 1)) : NaN;
  return { name, first, last, factor, verdict: judge(first, last) };
}

function judge(first: number, last: number): GradientSummary["verdict"] {
  if (Number.isNaN(first) || Number.isNaN(last) || last === 0) return "unknown";
  if (first * drastic <= last) return "vanishes";
  if (!Number.isFinite(first) || first >= last * drastic) return "explodes";
  return "holds";
}

const sentences: Readonly<Record<GradientSummary["verdict"], string>> = {
  vanishes: "vanishes",
  holds: "reaches the first step",
  explodes: "explodes",
  unknown: "cannot be judged",
};

/** `LSTM: vanishes (×0.81 a step back, 3.2e-7 left at the first step)`. */
export function printGradientSummary(summary: GradientSummary): string {
  const factor = Number.isNaN(summary.factor) ? "" : `×${printSignificant(summary.factor, 3)} a step back, `;
  return `${summary.name}: ${sentences[summary.verdict]} (${factor}${printSignificant(summary.first, 2)} left at the first step)`;
}

export interface GradientChart extends Partial<ChartOptions> {
  readonly gradients: readonly GradientNorms[];
}

/** The norms over the steps on a logarithmic axis; a norm of zero is a gap. Read from right to left: the gradient travels back. */
export function drawGradientNorms(chart: GradientChart): string {
  const { gradients, ...options } = chart;
  const note = gradients.map((gradient) => printGradientSummary(summariseGradient(gradient))).join(" · ");
  return drawCurves({
    title: "What is left of the gradient on its way back through time",
    yLabel: "‖∂loss/∂h‖ (logarithmic)",
    xLabel: "step t (the loss is read at the last)",
    note,
    ...options,
    log: true,
    first: 0,
    curves: gradients.map(({ name, norms }) => ({ name, values: norms })),
  });
}

/** The norms as text: at most `rows` steps, evenly spread, the last first as the gradient meets them. */
export function printGradientNorms(gradients: readonly GradientNorms[], rows = 12): string {
  const steps = gradients.reduce((most, { norms }) => Math.max(most, norms.length), 0);
  const count = Math.min(Math.max(2, rows), steps);
  const chosen = Array.from({ length: count }, (_, at) =>
    count === 1 ? 0 : Math.round(((count - 1 - at) / (count - 1)) * (steps - 1)),
  );
  const columns = [
    { key: "step", title: "step t" },
    ...gradients.map(({ name }, at) => ({ key: `norm${at}`, title: name, align: "right" as const })),
  ];
  const table = chosen.map((step) => {
    const row: Record<string, number | string> = { step };
    gradients.forEach(({ norms }, at) => (row[`norm${at}`] = printSignificant(norms[step] ?? NaN, 3)));
    return row;
  });
  return printTable(table, columns);
}
