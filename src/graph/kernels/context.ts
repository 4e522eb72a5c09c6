/** What lowerings of operators work with: values by name, and the program that they add to. */
import { createProgramBuilder } from "../../lower/index.ts";
import type {
  BufferId,
  BufferRole,
  MapBuilder,
  ProgramBuilder,
  Statement,
  ValueId,
  WeightFormat,
} from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import type { OperatorNode, ValueName } from "../graph.ts";
import type { Tensor } from "../tensor.ts";
import { countElements } from "../tensors.ts";
import { overElements } from "./elements.ts";
import { broadcast, isRowMajor, memoryOrder, rowMajor, stridesIn } from "./placed.ts";
import type { Placed } from "./placed.ts";

/** A value that is not computed yet: elementwise of places, to become part of whatever reads it. */
export interface Pending {
  readonly shape: readonly number[];
  /** All of `shape`, by repetition where they are smaller. */
  readonly reads: readonly Placed[];
  emit(map: MapBuilder, loaded: readonly ValueId[]): ValueId;
}

export interface LowerContext {
  readonly builder: ProgramBuilder;
  /** How constant matrices that are multiplied with are held. */
  readonly weights: WeightFormat;
  /** Adds to what runs at every call. */
  add(statements: readonly Statement[]): void;
  /** Adds to what runs once, as soon as constants are there. */
  prepare(statements: readonly Statement[]): void;
  /** A value's numbers where they do not depend on the inputs. */
  constant(name: ValueName): Tensor | undefined;
  shape(name: ValueName): readonly number[];
  /** Where a value lies; it is computed now if it is pending. */
  place(name: ValueName): Placed;
  /** As `place`, row-major from word 0 of a buffer on. */
  placeWhole(name: ValueName): Placed;
  /** What reads a value element by element, for a map over `shape`. */
  pending(name: ValueName, shape: readonly number[]): Pending;
  define(name: ValueName, value: Placed | Pending): void;
  /** A new place. `order` is that of its axes in memory, row-major if absent. */
  allocate(
    name: string,
    shape: readonly number[],
    options?: { readonly order?: readonly number[]; readonly role?: BufferRole },
  ): Placed;
  /** Has whoever runs the program see to it that an input's numbers are whole ones from 0 to below `size`; false where the value is not an input. */
  mustIndex(name: ValueName, size: number): boolean;
  /** A buffer of these numbers, which never change. */
  hold(name: string, numbers: ArrayLike<number>): BufferId;
}

export interface ContextOptions {
  readonly constants: ReadonlyMap<ValueName, Tensor>;
  readonly shapes: ReadonlyMap<ValueName, readonly number[]>;
  /** How many nodes and outputs read a value. */
  readonly uses: ReadonlyMap<ValueName, number>;
  /** Values that come from outside. */
  readonly inputs: ReadonlySet<ValueName>;
  readonly weights: WeightFormat;
}

export interface Lowering extends LowerContext {
  readonly prepared: readonly Statement[];
  readonly body: readonly Statement[];
  /** Numbers of buffers that never change. */
  readonly held: ReadonlyMap<BufferId, ArrayLike<number>>;
  /** Inputs whose numbers are rows of something that has so many. */
  readonly indices: ReadonlyMap<ValueName, number>;
}

/** A context of an empty program. */
export function createContext({ constants, shapes, uses, inputs, weights }: ContextOptions): Lowering {
  const builder = createProgramBuilder();
  const prepared: Statement[] = [];
  const body: Statement[] = [];
  const held = new Map<BufferId, ArrayLike<number>>();
  const heldConstants = new Map<ValueName, Placed>();
  const values = new Map<ValueName, Placed | Pending>();
  const indices = new Map<ValueName, number>();

  const allocate: LowerContext["allocate"] = (name, shape, { order = [...shape.keys()], role = "scratch" } = {}) => {
    const length = countElements(shape);
    return {
      buffer: builder.buffer({ name, length, role, shape }),
      offset: 0,
      shape,
      strides: stridesIn(shape, order),
    };
  };
  const hold: LowerContext["hold"] = (name, numbers) => {
    const buffer = builder.buffer({ name, length: numbers.length, role: "frozen" });
    held.set(buffer, numbers);
    return buffer;
  };
  const placeConstant = (name: ValueName, tensor: Tensor): Placed => {
    const before = heldConstants.get(name);
    if (before !== undefined) return before;
    const placed = rowMajor(hold(name, Array.from(tensor.data as ArrayLike<number | bigint>, Number)), tensor.shape);
    heldConstants.set(name, placed);
    return placed;
  };
  const compute = (name: string, pending: Pending): Placed => {
    const like = pending.reads.find((one) => one.shape.every((size, axis) => size === 1 || one.strides[axis] !== 0));
    const to = allocate(name, pending.shape, like === undefined ? {} : { order: memoryOrder(like) });
    body.push(
      ...overElements({ builder, name, reads: pending.reads, writes: [to] }, (map, reads, [write]) =>
        map.store(
          known(write, "a place"),
          pending.emit(
            map,
            reads.map((view) => map.load(view)),
          ),
        ),
      ),
    );
    return to;
  };
  const place = (name: ValueName): Placed => {
    const tensor = constants.get(name);
    if (tensor !== undefined) return placeConstant(name, tensor);
    const value = known(values.get(name), name);
    if (!("emit" in value)) return value;
    const placed = compute(name, value);
    values.set(name, placed);
    return placed;
  };
  const pendingOf = (name: ValueName): Pending => {
    const value = values.get(name);
    if (value !== undefined && "emit" in value) return value;
    const placed = place(name);
    return { shape: placed.shape, reads: [placed], emit: (_, [loaded]) => known(loaded, "a load") };
  };
  return {
    builder,
    weights,
    prepared,
    body,
    held,
    indices,
    mustIndex: (name, size) => {
      if (!inputs.has(name)) return false;
      indices.set(name, Math.min(size, indices.get(name) ?? Infinity));
      return true;
    },
    add: (statements) => void body.push(...statements),
    prepare: (statements) => void prepared.push(...statements),
    constant: (name) => constants.get(name),
    shape: (name) => known(shapes.get(name), name),
    place,
    placeWhole: (name) => {
      const placed = place(name);
      if (placed.offset === 0 && isRowMajor(placed)) return placed;
      const to = allocate(`${name}.whole`, placed.shape);
      body.push(...copy(builder, `${name}.copy`, placed, to));
      return to;
    },
    pending: (name, shape) => {
      const tensor = constants.get(name);
      if (tensor !== undefined && tensor.data.length === 1)
        return { shape, reads: [], emit: (map) => map.constant(Number(tensor.data[0])) };
      const { reads, emit } = pendingOf(name);
      return { shape, reads: reads.map((one) => broadcast(one, shape)), emit };
    },
    define: (name, value) => {
      if (name === "") return;
      // What several read is computed once.
      values.set(name, "emit" in value && (uses.get(name) ?? 0) > 1 ? compute(name, value) : value);
    },
    allocate,
    hold,
  };
}

/** Moves all elements. */
export function copy(builder: ProgramBuilder, name: string, from: Placed, to: Placed): readonly Statement[] {
  return overElements({ builder, name, reads: [from], writes: [to] }, (map, [read], [write]) =>
    map.store(known(write, "a place"), map.load(known(read, "a place"))),
  );
}

/** Adds what an operator becomes; false where it cannot be had as kernels: the whole program, with what was added, is then of no use. */
export type LowerOperator = (node: OperatorNode, context: LowerContext) => boolean;
