/** Batches of windows over a table. */
import { assembleWindows } from "../data/assemble-windows.ts";
import { makeBatches } from "../data/batches.ts";
import { known, RecurraError } from "../util/errors.ts";
import type { SourceOptions, BatchSource, WindowData } from "./batch-source.ts";

/** Batches of windows, in order or shuffled. A last batch that is not full is filled up with windows of weight 0. */
export function createWindowSource({ windows, indices }: WindowData, { batch }: SourceOptions): BatchSource {
  if (indices.length === 0)
    throw new RecurraError(
      "training/bad-data",
      "There are no windows to learn from; give more rows or shorter windows.",
    );
  const options = { batchSize: batch };
  let batches = makeBatches(indices, options);
  const members = new Int32Array(batch);
  const { window } = windows.spec;
  const shape = { steps: window };
  return {
    shapes: [shape],
    batch,
    count: batches.length,
    inputSize: windows.inputNames.length,
    targetSize: windows.outputNames.length,
    perStep: false,
    lengths: false,
    truncation: undefined,
    shuffle: (random) => {
      batches = makeBatches(indices, { ...options, random });
    },
    shapeOf: () => shape,
    fill: (index, ports) => {
      const used = known(batches[index], "a batch");
      members.set(used);
      members.fill(known(used[used.length - 1], "a window"), used.length);
      assembleWindows(windows, members, ports.inputs, ports.targets);
      ports.weights.fill(1, 0, used.length);
      ports.weights.fill(0, used.length, batch);
      ports.lengths?.fill(window);
    },
  };
}
