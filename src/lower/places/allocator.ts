/** Makes room for the values of one cell: rows padded to whole vectors, as many as the value's extent says. */
import type { Extent } from "../../derive/index.ts";
import type { Shape } from "../../language/index.ts";
import { known } from "../../util/errors.ts";
import { segmentSteps } from "../cell-options.ts";
import type { LowerCellOptions } from "../cell-options.ts";
import { padTo4 } from "../location.ts";
import type { Location } from "../location.ts";

export interface Room {
  /** For the buffer's name. */
  readonly label: string;
  /** `shared`: one row. `step`: `[batch, columns]`. `sequence`: `[steps, batch, columns]`, the steps of one segment. */
  readonly extent: Extent;
  readonly columns: number;
  /** A lone number a row, which is not padded. */
  readonly isNumber?: boolean;
}

export interface Allocator {
  /** The size of a shape along an axis; 1 where it has no such axis. */
  size(shape: Shape, axis: 0 | 1): number;
  allocate(room: Room): Location;
}

export function createAllocator(options: LowerCellOptions): Allocator {
  const { builder, batch, name, sizes, steps } = options;
  const segment = segmentSteps(options);
  return {
    size: (shape, axis) => {
      const dimension = shape[axis];
      if (dimension === undefined) return 1;
      return typeof dimension === "number" ? dimension : known(sizes[dimension], `the size of ${dimension}`);
    },
    allocate: ({ label, extent, columns, isNumber = false }) => {
      const pitch = isNumber ? 1 : padTo4(columns);
      const shape = { shared: [columns], step: [batch, columns], sequence: [segment, batch, columns] }[extent];
      const rows = { shared: 1, step: batch, sequence: batch * segment }[extent];
      const buffer = builder.buffer({ name: `${name}.${label}`, length: rows * pitch, role: "scratch", shape });
      return {
        buffer,
        offset: 0,
        stepStride: extent === "sequence" ? batch * pitch : 0,
        rowStride: extent === "shared" ? 0 : pitch,
        columnStride: isNumber ? 0 : 1,
        columns,
        padded: !isNumber,
        local: segment < steps,
      };
    },
  };
}
