import { describe, expect, test } from "vitest";
import { layout } from "./layout.ts";
import type { Scene } from "./layout.ts";
import type { DrawnNetwork } from "./measures.ts";
import { listSlots } from "./slots.ts";

const small: DrawnNetwork = { layers: [4, 6, 2], steps: 5, step: 1 };
const frames = [
  { width: 760, height: 440 },
  { width: 288, height: 420 },
] as const;
const networks: readonly DrawnNetwork[] = [
  small,
  { layers: [1, 1, 1], steps: 3, step: 2 },
  { layers: [32, 64, 64, 64, 16], steps: 8, step: 7 },
  { layers: [12, 12, 12, 12, 12], steps: 8, step: 0 },
];

/** Every number of a scene that is drawn, and which number it is. */
function* listNumbers(value: unknown, path: string): Generator<readonly [path: string, value: number]> {
  if (typeof value === "number") yield [path, value];
  else if (typeof value === "object" && value !== null)
    for (const [key, part] of Object.entries(value)) yield* listNumbers(part, `${path}.${key}`);
}

const cases = networks.flatMap((network) => frames.map((frame) => ({ network, frame })));

describe("the forms", () => {
  const at = (position: number): Scene => layout(small, position, frames[0]);

  test("1: all neurons and all lines between neighbouring layers, from left to right", () => {
    const { neurons, wires, neuronOpacity, wireOpacity, discs, arrows, loops, angle } = at(0);
    expect(neurons).toHaveLength(4 + 6 + 2);
    expect(wires).toHaveLength(4 * 6 + 6 * 2);
    expect([neuronOpacity, wireOpacity, angle]).toEqual([1, 1, -0]);
    expect(neurons.map(({ layer, x }) => [layer, x])).toEqual(
      neurons.map(({ layer }) => [layer, neurons.find((one) => one.layer === layer)!.x]),
    );
    expect(neurons[0]!.x).toBeLessThan(neurons[4]!.x);
    expect(neurons[4]!.x).toBeLessThan(neurons[10]!.x);
    // No two neurons of a layer touch.
    expect(neurons[1]!.y - neurons[0]!.y).toBeGreaterThan(2 * neurons[0]!.radius);
    for (const { opacity } of [...discs, ...arrows, ...loops]) expect(opacity).toBe(0);
  });

  test("2: the neurons of a layer overlap, and all lines are still there", () => {
    const { neurons, wires, wireOpacity, angle } = at(1);
    expect(wireOpacity).toBe(1);
    expect(wires).toHaveLength(36);
    expect(angle).toBe(-0);
    const [first, last] = [neurons[4]!, neurons[9]!];
    expect(last.y - first.y).toBeLessThan(2 * first.radius);
    expect(last.y).toBeGreaterThan(first.y);
    // From below, the lowest neuron is the nearest.
    expect(last.radius).toBeGreaterThan(first.radius);
  });

  test("3: one circle a layer and one arrow between two", () => {
    const { neuronOpacity, wireOpacity, discs, arrows } = at(2);
    expect([neuronOpacity, wireOpacity]).toEqual([0, 0]);
    const shown = discs.filter(({ opacity }) => opacity > 0);
    expect(shown.map(({ layer, opacity }) => [layer, opacity])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
    ]);
    expect(new Set(shown.map(({ y }) => y)).size).toBe(1);
    const seen = arrows.filter(({ opacity }) => opacity > 0);
    expect(seen.map(({ layer, step }) => [layer, step])).toEqual([
      [0, 1],
      [1, 1],
    ]);
    for (const { start, end } of seen) expect(end.x).toBeGreaterThan(start.x);
  });

  test("4: upright, the input below and the output on top", () => {
    const { discs, angle, loops } = at(3);
    const [input, hidden, output] = discs.filter(({ opacity }) => opacity > 0);
    expect(angle).toBe(-90);
    expect(input!.x).toBeCloseTo(output!.x, 9);
    expect(input!.y).toBeGreaterThan(hidden!.y);
    expect(hidden!.y).toBeGreaterThan(output!.y);
    for (const { opacity } of loops) expect(opacity).toBe(0);
  });

  test("5: one loop, from the hidden layer to itself", () => {
    const { loops, discs } = at(4);
    const seen = loops.filter(({ opacity }) => opacity > 0);
    expect(seen).toHaveLength(1);
    const [{ layer, drawn, points }] = seen as [Scene["loops"][number]];
    const hidden = discs.find((disc) => disc.layer === 1 && disc.opacity > 0)!;
    expect([layer, drawn]).toEqual([1, 1]);
    const away = (at: 0 | 3): number => Math.hypot(points[at].x - hidden.x, points[at].y - hidden.y) - hidden.radius;
    expect(away(0)).toBeCloseTo(away(3), 9);
    expect(away(0)).toBeGreaterThan(0);
    expect(away(0)).toBeLessThan(6);
  });

  test("6: a copy for each step, an arrow from each hidden layer to the next step's", () => {
    const { loops, discs, arrows, stepLabels } = at(5);
    expect(discs.filter(({ opacity }) => opacity === 1)).toHaveLength(5 * 3);
    expect(arrows.filter(({ opacity }) => opacity === 1)).toHaveLength(5 * 2);
    expect(loops.filter(({ opacity }) => opacity === 1).map(({ step }) => step)).toEqual([-1, 0, 1, 2, 3, 4]);
    expect(stepLabels.map(({ opacity }) => opacity)).toEqual([1, 1, 1, 1, 1]);
    for (const { step, points } of loops) {
      expect(points[3].x).toBeGreaterThan(points[0].x);
      expect(points[3].y).toBeCloseTo(points[0].y, 9);
      if (step < 0 || step > 3) continue;
      const [from, to] = [step, step + 1].map((at) => discs.find((disc) => disc.step === at && disc.layer === 1)!);
      expect(points[0].x).toBeGreaterThan(from!.x + from!.radius);
      expect(points[3].x).toBeLessThan(to!.x - to!.radius);
    }
  });
});

test.each(cases)("nothing jumps on the way: $network.layers in $frame.width", ({ network, frame }) => {
  const steps = 250;
  // Lines go from neuron to neuron, so they need no look of their own.
  const numbersAt = (position: number): ReadonlyMap<string, number> =>
    new Map(listNumbers({ ...layout(network, position, frame), wires: [], apart: 0 }, ""));
  let before = numbersAt(0);
  const worst = { seen: 0, way: 0 };
  for (let at = 1; at <= steps; at++) {
    const now = numbersAt((5 * at) / steps);
    expect(now.size).toBe(before.size);
    for (const [path, value] of now) {
      const kind = /[oO]pacity|drawn/.test(path) ? "seen" : "way";
      worst[kind] = Math.max(worst[kind], Math.abs(value - before.get(path)!));
    }
    before = now;
  }
  // A form is 50 of these steps. The fastest thing goes half the picture's width in it, at most half as fast again on its way (pixels, or degrees).
  expect(worst.way).toBeLessThan((1.5 * (frames[0].width / 2)) / 50);
  // Nothing becomes visible in less than about six of them.
  expect(worst.seen).toBeLessThan(0.2);
});

test.each(cases)("all that is seen lies in the picture: $network.layers in $frame.width", ({ network, frame }) => {
  for (let at = 0; at <= 50; at++) {
    const { neurons, neuronOpacity, discs, loops, layerLabels, stepLabels } = layout(network, at / 10, frame);
    const seen = [
      ...(neuronOpacity > 0 ? neurons : []),
      ...discs.filter(({ opacity }) => opacity > 0),
      ...layerLabels.filter(({ opacity }) => opacity > 0).map((label) => ({ ...label, radius: 6 })),
      ...stepLabels.filter(({ opacity }) => opacity > 0).map((label) => ({ ...label, radius: 6 })),
      ...loops
        .filter(({ opacity }) => opacity > 0)
        .flatMap(({ points, letter }) => [...points, letter].map((point) => ({ ...point, radius: 0 }))),
    ];
    const edges = (pick: (one: (typeof seen)[number]) => number): number => Math.min(...seen.map(pick));
    expect(edges(({ x, radius }) => x - radius)).toBeGreaterThanOrEqual(0);
    expect(edges(({ x, radius }) => frame.width - x - radius)).toBeGreaterThanOrEqual(0);
    expect(edges(({ y, radius }) => y - radius)).toBeGreaterThanOrEqual(0);
    expect(edges(({ y, radius }) => frame.height - y - radius)).toBeGreaterThanOrEqual(0);
  }
});

test("a large layer shows its ends, and dots between them", () => {
  expect(listSlots(12)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(listSlots(13)).toEqual([0, 1, 2, 3, 4, undefined, 8, 9, 10, 11, 12]);
  expect(listSlots(1)).toEqual([0]);
});
