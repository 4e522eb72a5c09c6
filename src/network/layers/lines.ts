/** Places of a picture that keep each member's line together, so that a window's taps along x, and windows one after another, lie side by side. */
import { at, plus, shift } from "../../lower/index.ts";
import type { BufferId, Location, LoopId, MapBuilder, Statement, View } from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import type { PictureSize } from "../spec.ts";
import type { LayerContext } from "./layer.ts";

/** Pixel (y, x) of member b is at `offset + y × line + b × member + x × position`, in words. */
export interface Lines {
  readonly buffer: BufferId;
  readonly offset: number;
  readonly line: number;
  readonly member: number;
  readonly position: number;
}

export interface LinesSize {
  readonly lines: number;
  /** Positions of a line: as many as it has, or more. */
  readonly pitch: number;
  readonly columns: number;
}

/** A new place `[lines, batch, pitch, columns]`. */
export function allocateLines(
  { builder, batch }: LayerContext,
  name: string,
  { lines, pitch, columns }: LinesSize,
): Lines {
  const length = lines * batch * pitch * columns;
  const buffer = builder.buffer({ name, length, role: "scratch", shape: [lines, batch, pitch, columns] });
  return { buffer, offset: 0, line: batch * pitch * columns, member: pitch * columns, position: columns };
}

/** A signal `[positions, batch, columns]`, whose pictures are so wide. */
export function linesOf({ buffer, offset, stepStride, rowStride }: Location, { width }: PictureSize): Lines {
  return { buffer, offset, line: width * stepStride, member: rowStride, position: stepStride };
}

/** The same place from pixel (y, x) on, of which every n-th counts. */
export function linesFrom(
  lines: Lines,
  { y, x }: { readonly y: number; readonly x: number },
  every: { readonly y: number; readonly x: number } = { y: 1, x: 1 },
): Lines {
  const { offset, line, position } = lines;
  const first = offset + y * line + x * position;
  return { ...lines, offset: first, line: every.y * line, position: every.x * position };
}

export interface EachPixel {
  readonly name: string;
  readonly size: PictureSize;
  readonly columns: number;
  readonly places: readonly Lines[];
  /** Whether `fill` must be told the loop over positions. */
  readonly byPosition: boolean;
}

/** Maps over all pixels of all members: of a line those of each member, or all members' at each position, whichever are more. */
export function eachPixel(
  { builder, batch }: LayerContext,
  { name, size, columns, places, byPosition }: EachPixel,
  fill: (map: MapBuilder, views: readonly View[], position: LoopId | undefined) => void,
): Statement {
  const alongLine = !byPosition && size.width > batch;
  return builder.loop(name, { count: size.height }, (y) => [
    builder.loop(`${name}.line`, { count: alongLine ? batch : size.width }, (inner) => {
      const views = places.map(({ buffer, offset, line, member, position }): View => {
        const [stride, rowStride] = alongLine ? [member, position] : [position, member];
        return { buffer, offset: plus(plus(at(offset), y, line), inner, stride), rowStride, columnStride: 1 };
      });
      const map = builder.map(name, { rows: alongLine ? size.width : batch, columns }, (own) =>
        fill(own, views, alongLine ? undefined : inner),
      );
      return [map];
    }),
  ]);
}

/** Positions one after another, of all lines or of a line of all members, as rows of several places. */
export interface Run {
  readonly count: number;
  /** For places whose lines are equally many positions long; moved by so many words. */
  of(
    lines: Lines,
    words?: number,
  ): { readonly buffer: BufferId; readonly offset: ReturnType<typeof at>; readonly rowStride: number };
}

/**
 * Statements for positions from the first to the last one of a picture in each place. What lies between the end of a line and the next one is among them. All lines
 * are one run where they follow one another evenly in every place; else each is one.
 */
export function overRuns(
  { builder, batch }: LayerContext,
  name: string,
  { size, places }: { readonly size: PictureSize; readonly places: readonly Lines[] },
  emit: (run: Run) => readonly Statement[],
): readonly Statement[] {
  const { member, position } = known(places[0], "a place");
  const pitch = member / position;
  const runOf = (count: number, y: LoopId | undefined): Run => ({
    count,
    of: ({ buffer, offset, line, position: rowStride }, words = 0) => ({
      buffer,
      offset: y === undefined ? at(offset + words) : shift(plus(at(offset), y, line), words),
      rowStride,
    }),
  });
  const isEven = places.every((place) => size.height === 1 || place.line === batch * pitch * place.position);
  if (isEven) return emit(runOf((size.height * batch - 1) * pitch + size.width, undefined));
  return [builder.loop(name, { count: size.height }, (y) => emit(runOf((batch - 1) * pitch + size.width, y)))];
}
