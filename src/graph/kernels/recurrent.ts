/** A recurrent node as the statements of its cell. */
import { cell as createCell, resolveSizes } from "../../language/index.ts";
import { lowerCell } from "../../lower/index.ts";
import type { Location } from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import type { RecurrentNode } from "../graph.ts";
import { copy } from "./context.ts";
import type { LowerContext } from "./context.ts";
import type { Placed } from "./placed.ts";

/** `[T, B, C]`, or `[B, C]` as one step, for kernels of cells: a row's numbers side by side. */
function located(context: LowerContext, name: string, placed: Placed): Location {
  const { shape, strides } = placed;
  if (strides.at(-1) !== 1 && shape.at(-1) !== 1) {
    const to = context.allocate(`${name}.rows`, shape);
    context.add(copy(context.builder, `${name}.rows`, placed, to));
    return located(context, name, to);
  }
  const [step, row] = shape.length === 3 ? [strides[0]!, strides[1]!] : [0, strides[0]!];
  return {
    buffer: placed.buffer,
    offset: placed.offset,
    stepStride: step,
    rowStride: row,
    columnStride: 1,
    columns: shape.at(-1)!,
    padded: false,
    local: false,
  };
}

function placedAt(location: Location, shape: readonly number[]): Placed {
  const column = location.columnStride;
  const strides = shape.length === 3 ? [location.stepStride, location.rowStride, column] : [location.rowStride, column];
  return { buffer: location.buffer, offset: location.offset, shape, strides };
}

/** Adds a cell's statements; false where members differ in length or steps are masked. */
export function lowerRecurrent(node: RecurrentNode, context: LowerContext): boolean {
  if (node.mask !== undefined) return false;
  const input = context.shape(node.input);
  const [steps, batch, features] = input as readonly [number, number, number];
  if (input.includes(0)) return false;
  if (!areAll(context, node.lengths, steps)) return false;
  const memories = Object.entries(node.memories ?? {});
  if (!memories.every(([, { value, lengths }]) => areAll(context, lengths, context.shape(value)[0]!))) return false;
  const own = createCell(node.cell.name, node.cell.text, node.cell.options);
  const sizes = resolveSizes(own, { ...node.sizes, I: features, H: node.size });
  const areConstant = Object.values(node.parameters).every((value) => context.constant(value) !== undefined);
  const lowered = lowerCell({
    builder: context.builder,
    name: node.name,
    cell: own,
    sizes,
    steps,
    batch,
    reverse: node.direction === "backward",
    inputs: { x: located(context, node.input, context.place(node.input)) },
    parameters: Object.fromEntries(
      Object.entries(node.parameters).map(([name, value]) => [name, { value: context.placeWhole(value).buffer }]),
    ),
    initialStates: Object.fromEntries(
      Object.entries(node.states).map(([name, value]) => [name, located(context, value, context.place(value))]),
    ),
    memories: Object.fromEntries(
      memories.map(([name, { value }]) => [
        name,
        { location: located(context, value, context.place(value)), steps: context.shape(value)[0]! },
      ]),
    ),
    packedRole: "persistent",
    weights: areConstant ? context.weights : "float32",
  });
  if (areConstant) context.prepare(lowered.packs);
  else context.add(lowered.packs);
  context.add([...lowered.begin, ...lowered.forward]);
  const { sequence, states } = node.outputs;
  if (sequence !== undefined) context.define(sequence, placedAt(lowered.output, context.shape(sequence)));
  for (const [name, value] of Object.entries(states))
    context.define(value, placedAt(known(lowered.finalStates[name], name), context.shape(value)));
  return true;
}

/** Whether nobody's length is less than the whole. */
function areAll(context: LowerContext, lengths: string | undefined, whole: number): boolean {
  if (lengths === undefined) return true;
  const numbers = context.constant(lengths)?.data;
  return (
    numbers !== undefined && Array.from(numbers as ArrayLike<number | bigint>, Number).every((one) => one === whole)
  );
}
