/** Places of the signals between layers. */
import { denseLocation } from "../lower/index.ts";
import type { BufferRole, Location, ProgramBuilder } from "../lower/index.ts";

export interface SignalSize {
  readonly steps: number;
  readonly batch: number;
  readonly columns: number;
  readonly role?: BufferRole;
}

/** A dense place for the rows of a signal: `[steps, batch, columns]`. */
export function allocateSignal(
  builder: ProgramBuilder,
  name: string,
  { steps, batch, columns, role = "scratch" }: SignalSize,
): Location {
  const buffer = builder.buffer({ name, length: steps * batch * columns, role, shape: [steps, batch, columns] });
  return denseLocation(buffer, { batch, columns });
}
