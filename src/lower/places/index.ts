/**
 * Gives every stored value of a cell its place. Each part below places what it has a use for; the value of anything else gets a buffer of its own
 * when it is first asked for.
 */
import type { Derivation } from "../../derive/index.ts";
import type { NodeId } from "../../language/index.ts";
import { assert, known } from "../../util/errors.ts";
import type { BackwardOptions, LowerCellOptions } from "../cell-options.ts";
import { clearPast, countMembers } from "../active.ts";
import type { Members } from "../active.ts";
import type { BufferId, Statement } from "../ir.ts";
import { sharedLocation } from "../location.ts";
import type { Location } from "../location.ts";
import type { Matrix } from "../matrix.ts";
import { placeAdjoints } from "./adjoints.ts";
import type { AdjointPlaces } from "./adjoints.ts";
import { createAllocator } from "./allocator.ts";
import { labelOf } from "./context.ts";
import type { PlaceContext } from "./context.ts";
import { placeGradient } from "./gradient.ts";
import type { GradientPlaces } from "./gradient.ts";
import { placeMemories } from "./memories.ts";
import type { MemoryPlaces } from "./memories.ts";
import { placeOutput } from "./output.ts";
import type { OutputPlace } from "./output.ts";
import { keepInPlace } from "./in-place.ts";
import { placeProducts } from "./products.ts";
import type { ProductPlaces } from "./products.ts";
import { findReaders } from "./readers.ts";
import { placeStates } from "./states.ts";
import type { StatePlaces } from "./states.ts";

export type { GradientPlaces } from "./gradient.ts";
export type { ProductRow } from "./products.ts";

export interface Places {
  /** Where members differ in length. */
  readonly members: Members | undefined;
  /** Sets what everything starts from. */
  readonly start: readonly Statement[];
  readonly memories: MemoryPlaces;
  readonly states: StatePlaces;
  readonly products: ProductPlaces;
  readonly adjoints: AdjointPlaces;
  readonly output: OutputPlace;
  /** The place of a leaf of the step or of a stored value. */
  of(id: NodeId): Location;
  matrix(id: NodeId): NamedMatrix;
  /** The places of the way back, once it is known where it starts and ends. */
  gradient(back: BackwardOptions): GradientPlaces;
}

/** A matrix parameter, and where its gradient is added to if it is trained. */
export interface NamedMatrix extends Matrix {
  readonly name: string;
  readonly gradient: BufferId | undefined;
}

export function createPlaces(options: LowerCellOptions, derivation: Derivation): Places {
  const counted = options.lengths === undefined ? undefined : countMembers(options, options.lengths);
  const members = counted?.members;
  const context: PlaceContext = {
    options,
    derivation,
    allocator: createAllocator(options),
    members,
    placed: new Map(),
  };
  const memories = placeMemories(context);
  const states = placeStates(context);
  const products = placeProducts(context);
  const output = placeOutput(context, states);
  const readers = findReaders(derivation);
  keepInPlace(context, products, readers);
  const adjoints = placeAdjoints(context, products, readers);
  const of = (id: NodeId): Location =>
    context.placed.get(id) ?? findLeaf(context, states, id) ?? placeAlone(context, id);
  const past =
    members === undefined ? [] : [clearPast({ ...options, name: `${options.name}.past` }, members, output.location)];
  return {
    members,
    start: [...(counted?.statements ?? []), ...past, ...memories.start, ...states.start],
    memories,
    states,
    products,
    adjoints,
    output,
    of,
    matrix: (id) => findMatrix(context, id),
    gradient: (back) => placeGradient(context, { of, memories }, back),
  };
}

/** The place of an input, of a state's previous value, or of a vector or number parameter. */
function findLeaf(
  { options, derivation, allocator }: PlaceContext,
  states: StatePlaces,
  id: NodeId,
): Location | undefined {
  const node = derivation.nodes[id]!;
  switch (node.kind) {
    case "input":
      return known(options.inputs[node.name], `input ${node.name}`);
    case "state":
      return states.of(node.name).before;
    case "parameter": {
      assert(node.shape.length < 2, "a vector or number parameter");
      const { value } = known(options.parameters[node.name], `parameter ${node.name}`);
      return sharedLocation(value, { columns: allocator.size(node.shape, 0), isNumber: node.shape.length === 0 });
    }
    default:
      return undefined;
  }
}

/** A buffer for this value alone. */
function placeAlone(context: PlaceContext, id: NodeId): Location {
  const { derivation, allocator, placed } = context;
  const label = labelOf(context, id);
  const { shape } = derivation.nodes[id]!;
  const location = allocator.allocate({
    label: id < derivation.gradient.forwardCount ? label : `d.${label}`,
    extent: known(derivation.stored.get(id), `the place of ${label}`),
    columns: allocator.size(shape, 0),
    isNumber: shape.length === 0,
  });
  placed.set(id, location);
  return location;
}

function findMatrix({ options, derivation, allocator }: PlaceContext, id: NodeId): NamedMatrix {
  const node = derivation.nodes[id]!;
  assert(node.kind === "parameter" && node.shape.length === 2, "a matrix parameter");
  const { value, gradient } = known(options.parameters[node.name], `parameter ${node.name}`);
  return {
    name: node.name,
    buffer: value,
    gradient,
    rows: allocator.size(node.shape, 0),
    columns: allocator.size(node.shape, 1),
  };
}
