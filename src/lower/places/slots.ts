/** Places that carry a value from step to step: a slot for each step and one more, so that every step's value stays. */
import type { Shape } from "../../language/index.ts";
import { padTo4 } from "../location.ts";
import type { Location } from "../location.ts";
import type { PlaceContext } from "./context.ts";

/** Step t reads slot t and writes slot t + 1; reversed, the other way round. */
export interface StepSlots {
  /** The value before a step, and after it, in the direction of the forward step. */
  readonly before: Location;
  readonly after: Location;
  /** One slot each (with lengths, of each member's own steps): the value before all steps, and after all of them. */
  readonly first: Location;
  readonly last: Location;
}

export interface SlotOptions {
  readonly label: string;
  readonly shape: Shape;
  /** Whether rows are padded to whole vectors. */
  readonly padded: boolean;
}

export function allocateSlots(
  { options, allocator, members }: Pick<PlaceContext, "options" | "allocator" | "members">,
  { label, shape, padded }: SlotOptions,
): StepSlots {
  const { builder, steps, batch } = options;
  const columns = allocator.size(shape, 0);
  const pitch = padded && shape.length > 0 ? padTo4(columns) : columns;
  const stepStride = batch * pitch;
  const buffer = builder.buffer({
    name: `${options.name}.${label}`,
    length: (steps + 1) * stepStride,
    role: "scratch",
    shape: [steps + 1, batch, columns],
  });
  const lower: Location = {
    buffer,
    offset: 0,
    stepStride,
    rowStride: pitch,
    columnStride: shape.length === 0 ? 0 : 1,
    columns,
    padded: pitch > columns,
    local: false,
  };
  const upper = { ...lower, offset: stepStride };
  const lowest = { ...lower, stepStride: 0 };
  const highest =
    members === undefined
      ? { ...lowest, offset: steps * stepStride }
      : { ...lowest, padded: false, rows: members.ends };
  return options.reverse === true
    ? { before: upper, after: lower, first: highest, last: lowest }
    : { before: lower, after: upper, first: lowest, last: highest };
}
