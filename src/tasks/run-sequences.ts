/** Sequences of any lengths through a network, those of like length together. */
import { assembleSequences, makeLengthBatches } from "../data/index.ts";
import type { SequenceSet } from "../data/index.ts";
import type { Model } from "../network/index.ts";
import { known } from "../util/errors.ts";

const mostMembers = 64;

/** The outputs of a network that gives one vector a sequence, `[indices, outputs]`. */
export function runSequences(
  model: Pick<Model, "predict" | "shape">,
  set: SequenceSet,
  indices: Int32Array,
  outputs: number,
): Float64Array {
  const result = new Float64Array(indices.length * outputs);
  const places = new Map(Array.from(indices, (index, at) => [index, at]));
  for (const { indices: members, steps } of makeLengthBatches(set.lengths, indices, { batchSize: mostMembers })) {
    const batch = members.length;
    const into = {
      inputs: new Float32Array(steps * batch * set.inputNames.length),
      lengths: new Int32Array(batch),
      labels: new Int32Array(batch),
    };
    assembleSequences(set, members, steps, into);
    const predicted = model.predict({ steps, batch, inputs: into.inputs, lengths: into.lengths });
    members.forEach((index, member) =>
      result.set(
        predicted.subarray(member * outputs, (member + 1) * outputs),
        known(places.get(index), "a place") * outputs,
      ),
    );
  }
  return result;
}
