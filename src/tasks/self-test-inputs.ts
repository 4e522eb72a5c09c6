/** Real inputs for the self-test that is stored with a model. */
import { assembleSequences, assembleWindows } from "../data/index.ts";
import type { SelfTestInputs } from "../formats/recurra/index.ts";
import { known } from "../util/errors.ts";
import type { Items } from "./plan-classify.ts";

/** Windows that a model is tried with. */
const testMembers = 2;

/** The last windows of the data, or its shortest sequence. */
export function selfTestInputs(items: Items): SelfTestInputs {
  if (items.kind === "windows") {
    const { windows } = items;
    const { window } = windows.spec;
    const indices = Int32Array.from(
      { length: Math.min(testMembers, windows.count) },
      (_, at) => windows.count - 1 - at,
    );
    const inputs = new Float32Array(window * indices.length * windows.inputNames.length);
    assembleWindows(windows, indices, inputs);
    return { steps: window, batch: indices.length, inputs };
  }
  const { set } = items;
  const index = set.lengths.indexOf(set.lengths.reduce((a, b) => Math.min(a, b)));
  const steps = known(set.lengths[index], "a length");
  const into = {
    inputs: new Float32Array(steps * set.inputNames.length),
    lengths: new Int32Array(1),
    labels: new Int32Array(1),
  };
  assembleSequences(set, [index], steps, into);
  return { steps, batch: 1, inputs: into.inputs };
}
