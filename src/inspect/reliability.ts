/** A reliability diagram: how often what is told with some sureness is right, beside the line on which both are equal. */
import { drawAxes, leftOf, planFrame } from "./chart-frame.ts";
import { drawLine } from "./chart-line.ts";
import { finish } from "./chart.ts";
import { createLinearAxis } from "./chart-scale.ts";
import { printQuantity } from "./format-number.ts";
import type { Theme } from "./svg.ts";
import { element, group } from "./svg.ts";

export interface ReliabilityChart {
  readonly title: string;
  /** Mean sureness and share that is right, from 0 to 1, of those whose sureness lies in one interval. */
  readonly bins: readonly { readonly count: number; readonly sureness: number; readonly accuracy: number }[];
  /** The expected calibration error. */
  readonly error: number;
  readonly theme?: Theme;
}

const size = { width: 480, height: 420 } as const;
/** Pixels of the circle of the fullest bin; areas go with counts. */
const mostRadius = 14;

/** One circle a bin that is not empty, as large as it is full. */
export function drawReliability({ title, bins, error, theme }: ReliabilityChart): string {
  const names = ["as sure as right", "the model"] as const;
  const frame = planFrame({
    title,
    ...size,
    legend: [
      { name: names[0], className: "naive" },
      { name: names[1], className: "forecast" },
    ],
    xLabel: "how sure (probability of the class told)",
    yLabel: "share that is right",
    note: `Expected calibration error ${printQuantity(error, "share")}. Circles are as large as their bins are full.`,
  });
  const y = createLinearAxis({ low: 0, high: 1 }, { from: frame.bottom, to: frame.top, count: 5 });
  const left = leftOf(y);
  const x = createLinearAxis({ low: 0, high: 1 }, { from: left + 6, to: frame.right - 6, count: 5 });
  const full = bins.filter(({ count }) => count > 0);
  const most = full.reduce((largest, { count }) => Math.max(largest, count), 1);
  const points = full.map(({ sureness, accuracy }) => ({ x: x.place(sureness), y: y.place(accuracy) }));
  const circles = full.map(({ count }, at) =>
    element("circle", {
      class: "fill-forecast",
      "fill-opacity": 0.45,
      cx: points[at]?.x ?? 0,
      cy: points[at]?.y ?? 0,
      r: Math.max(2, mostRadius * Math.sqrt(count / most)),
    }),
  );
  const diagonal = [0, 1].map((value) => ({ x: x.place(value), y: y.place(value) }));
  return finish(frame, theme, [
    ...drawAxes(frame, { x, y, left }),
    group("lines", [drawLine(diagonal, "naive"), drawLine(points, "forecast")]),
    group("circles", circles),
  ]);
}
