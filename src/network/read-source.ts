/** What a session's encoder is given to read. */
import type { Executable } from "../engine/backend.ts";
import { orderByLength } from "../engine/member-order.ts";
import { RecurraError } from "../util/errors.ts";
import type { SourcePorts, StepOptions } from "./load-step.ts";
import { checkSequences } from "./predict.ts";
import type { SequenceInputs } from "./predict.ts";

/** Throws `network/bad-input`. */
export function checkSource({ spec, sources, sourceSteps }: StepOptions, source: SequenceInputs): void {
  if (spec.encoder === undefined || sourceSteps === undefined)
    throw new RecurraError("network/bad-input", "The network has no encoder that could read a source.");
  checkSequences(spec.encoder, source, { batch: sources, what: "source.inputs" });
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

/** Writes sources into the ports, the longest first. Each is for equally many of the members. */
export function fillSource(
  executable: Executable,
  ports: SourcePorts,
  { steps, inputs, lengths }: SequenceInputs,
  { sources, columns }: { readonly sources: number; readonly columns: number },
): void {
  const own = lengths ?? new Int32Array(sources).fill(steps);
  const order = orderByLength(own) ?? Int32Array.from({ length: sources }, (_, source) => source);
  const [x, rows] = [executable.array(ports.input), executable.array(ports.rows)];
  const sorted = ports.lengths === undefined ? undefined : executable.array(ports.lengths);
  x.fill(0);
  const members = rows.length / sources;
  order.forEach((source, place) => {
    const length = own[source]!;
    if (sorted !== undefined) sorted[place] = length;
    rows.fill(place, source * members, (source + 1) * members);
    for (let step = 0; step < length; step++)
      for (let column = 0; column < columns; column++)
        x[(step * sources + place) * columns + column] = inputs[(step * sources + source) * columns + column]!;
  });
}
