/** Windows through a network, many at a time. */
import { assembleWindows } from "../data/index.ts";
import type { Windows } from "../data/index.ts";
import type { Model } from "../network/index.ts";

/** Numbers of a batch's inputs: enough to keep the kernels busy, some megabytes. */
const mostInputs = 1_000_000;
const mostMembers = 256;

/** The network's outputs `[B, O]` for these windows, where `O` is what the network has. */
export function runWindows(
  model: Pick<Model, "predict" | "shape">,
  windows: Windows,
  indices: Int32Array,
): Float64Array {
  const { window } = windows.spec;
  const width = windows.inputNames.length;
  const outputs = model.shape.outputSize;
  const most = Math.max(1, Math.min(mostMembers, indices.length, Math.floor(mostInputs / (window * width))));
  const inputs = new Float32Array(window * most * width);
  const members = new Int32Array(most);
  const result = new Float64Array(indices.length * outputs);
  for (let first = 0; first < indices.length; first += most) {
    // The last batch is filled up with its last window: kernels are made for one size.
    for (let member = 0; member < most; member++)
      members[member] = indices[Math.min(first + member, indices.length - 1)] ?? 0;
    assembleWindows(windows, members, inputs);
    const predicted = model.predict({ steps: window, batch: most, inputs });
    const used = Math.min(most, indices.length - first);
    result.set(predicted.subarray(0, used * outputs), first * outputs);
  }
  return result;
}
