/** Values of a graph as a network has them, and back: `[steps, batch, size]`, whichever way round their axes lie. */
import type { AxisLabel } from "./layer-values.ts";
import type { NetworkPort } from "./network-origin.ts";
import type { Tensor } from "./tensor.ts";
import { countElements, transposeTensor } from "./tensors.ts";

/** Numbers as `Model.predict` takes and gives them, row-major. */
export interface NetworkRows {
  /** One of a vector for each member. */
  readonly steps: number;
  readonly batch: number;
  readonly data: Float32Array;
}

/** Pixels are steps, line by line; numbers of both directions are one row. */
const order: Readonly<Record<AxisLabel, number>> = {
  one: 0,
  steps: 1,
  reversed: 1,
  y: 1,
  x: 2,
  batch: 3,
  directions: 4,
  features: 5,
};

/** The numbers of a graph's value as a network has them. Undefined where it is open what the axes are, and where steps lie from the last to the first. */
export function toNetworkRows({ axes }: Pick<NetworkPort, "axes">, tensor: Tensor): NetworkRows | undefined {
  const places = axes.flatMap((label, axis) => (label === undefined ? [] : [{ label, axis }]));
  const labels = axes.filter((label) => label !== "one");
  if (axes.includes("reversed")) return undefined;
  if (places.length !== tensor.shape.length || new Set(labels).size < labels.length) return undefined;
  places.sort((a, b) => order[a.label] - order[b.label]);
  const turned = transposeTensor(
    tensor,
    places.map(({ axis }) => axis),
  );
  const count = (from: number, to: number): number =>
    countElements(
      places.flatMap(({ label, axis }) =>
        order[label] >= from && order[label] <= to ? [tensor.shape[axis] ?? 1] : [],
      ),
    );
  return {
    steps: count(1, 2),
    batch: count(3, 3),
    data: Float32Array.from(turned.data as ArrayLike<number | bigint>, Number),
  };
}

/** A network's numbers as a graph has them. Undefined where it is open what the axes are. */
export function fromNetworkRows(
  { axes }: Pick<NetworkPort, "axes">,
  { steps, batch, data }: NetworkRows,
): Tensor | undefined {
  const sizes: Partial<Record<AxisLabel, number>> = { one: 1, steps, batch, features: data.length / (steps * batch) };
  const places = axes.flatMap((label, axis) =>
    label === undefined || sizes[label] === undefined ? [] : [{ label, axis }],
  );
  if (places.length !== axes.length) return undefined;
  places.sort((a, b) => order[a.label] - order[b.label]);
  const shape = places.map(({ label }) => sizes[label] ?? 1);
  if (countElements(shape) !== data.length) return undefined;
  const back = axes.map((_, axis) => places.findIndex((place) => place.axis === axis));
  return transposeTensor({ type: "float32", shape, data }, back);
}
