/** What a session's encoder is given to read. */
import type { Executable } from "../engine/backend.ts";
import { orderByLength } from "../engine/member-order.ts";
import { RecurraError } from "../util/errors.ts";
import type { SourcePorts, StepOptions } from "./load-step.ts";
import { checkSequences } from "./predict.ts";
import type { SequenceInputs } from "./predict.ts";

/** Throws `network/bad-input`. */
export function checkSource({ spec, batch, sourceSteps }: StepOptions, source: SequenceInputs): void {
  if (spec.encoder === undefined || sourceSteps === undefined)
    throw new RecurraError("network/bad-input", "The network has no encoder that could read a source.");
  checkSequences(spec.encoder, source, { batch, what: "source.inputs" });
  const { lengths } = source;
  if (
    spec.encoder.input.kind === "image" &&
    lengths !== undefined &&
    Array.from(lengths).some((one) => one !== source.steps)
  )
    throw new RecurraError(
      "network/bad-input",
      "A picture has a step for each pixel, so pictures have no lengths of their own.",
    );
  if (source.steps > sourceSteps)
    throw new RecurraError(
      "network/bad-input",
      `The source has ${source.steps} steps, but the session was opened for ${sourceSteps} at most; open another one.`,
    );
}

/** Writes a source into the ports, the longest member first. */
export function fillSource(
  executable: Executable,
  ports: SourcePorts,
  { steps, inputs, lengths }: SequenceInputs,
  { batch, columns }: { readonly batch: number; readonly columns: number },
): void {
  const own = lengths ?? new Int32Array(batch).fill(steps);
  const order = orderByLength(own) ?? Int32Array.from({ length: batch }, (_, member) => member);
  const [x, rows] = [executable.array(ports.input), executable.array(ports.rows)];
  const sorted = ports.lengths === undefined ? undefined : executable.array(ports.lengths);
  x.fill(0);
  order.forEach((member, place) => {
    const length = own[member]!;
    if (sorted !== undefined) sorted[place] = length;
    rows[member] = place;
    for (let step = 0; step < length; step++)
      for (let column = 0; column < columns; column++)
        x[(step * batch + place) * columns + column] = inputs[(step * batch + member) * columns + column]!;
  });
}
