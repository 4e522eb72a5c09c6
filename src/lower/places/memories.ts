/** The places of memories, of the keys that matrices make of them, and of the gradients of both. */
import { attentionNames, memoryOf } from "../../derive/index.ts";
import type { Dimension, NodeId } from "../../language/index.ts";
import { rowsOf } from "../../language/index.ts";
import { assert, known } from "../../util/errors.ts";
import { clearPast } from "../active.ts";
import type { LowerCellOptions, LowerMemory } from "../cell-options.ts";
import type { Statement } from "../ir.ts";
import { padTo4 } from "../location.ts";
import type { Location } from "../location.ts";
import { place } from "./context.ts";
import type { PlaceContext } from "./context.ts";

/** Keys of a cell: a matrix times each row of a memory. */
export interface KeysPlace {
  readonly node: NodeId;
  readonly matrix: NodeId;
  readonly memory: string;
  readonly location: Location;
}

export interface MemoryPlaces {
  /** A memory or keys: a step for each row. */
  of(rows: NodeId): Location;
  readonly keys: readonly KeysPlace[];
  /** How much each row counts, by name: kept for all steps. */
  readonly attention: ReadonlyMap<string, Location>;
  /** Clears what lies past the members' ends. */
  readonly start: readonly Statement[];
}

/** The sizes of the dimensions that count rows. */
export function rowSizes(options: Pick<LowerCellOptions, "cell" | "memories">): Readonly<Record<Dimension, number>> {
  return Object.fromEntries(options.cell.memories.map(({ name }) => [rowsOf(name), memoryNamed(options, name).steps]));
}

export function memoryNamed({ memories }: Pick<LowerCellOptions, "memories">, name: string): LowerMemory {
  return known(memories?.[name], `memory ${name}`);
}

export function placeMemories(context: PlaceContext): MemoryPlaces {
  const { derivation, options } = context;
  const { nodes, gradient } = derivation;
  const keys = nodes.slice(0, gradient.forwardCount).flatMap((node, id): readonly KeysPlace[] => {
    if (node.kind !== "keys") return [];
    const memory = memoryOf(nodes, id);
    const matrix = nodes[node.matrix]!;
    assert(matrix.kind === "parameter", "a matrix is a parameter");
    const label = `${matrix.name}.${memory}`;
    return [{ node: id, matrix: node.matrix, memory, location: allocateRows(context, id, label) }];
  });
  const attention = new Map(attentionNames(options.cell).map(({ name, node }) => [name, keepAttention(context, node)]));
  const { members } = context;
  const start = [...attention].flatMap(([name, location]) =>
    members === undefined ? [] : [clearPast({ ...options, name: `${options.name}.past.${name}` }, members, location)],
  );
  return { of: (id) => findRows(context, keys, id), keys, attention, start };
}

function findRows({ derivation, options }: PlaceContext, keys: readonly KeysPlace[], id: NodeId): Location {
  const node = derivation.nodes[id]!;
  if (node.kind === "memory") return memoryNamed(options, node.name).location;
  const found = keys.find((one) => one.node === id);
  return known(found, "the place of keys").location;
}

/** `[rows, batch, columns]`, which lives as long as the weights do: as they it is made before a cell runs. */
export function allocateRows({ options, derivation, allocator }: PlaceContext, id: NodeId, label: string): Location {
  const { builder, batch, name, packedRole = "scratch" } = options;
  const [steps, columns] = ([0, 1] as const).map((axis) => allocator.size(derivation.nodes[id]!.shape, axis)) as [
    number,
    number,
  ];
  const pitch = padTo4(columns);
  const buffer = builder.buffer({
    name: `${name}.${label}`,
    length: steps * batch * pitch,
    role: packedRole,
    shape: [steps, batch, columns],
  });
  const place = { offset: 0, stepStride: batch * pitch, rowStride: pitch, columnStride: 1, columns } as const;
  return { buffer, ...place, padded: true, local: false };
}

/** Of all steps, also where other values are kept for a segment only. */
function keepAttention(context: PlaceContext, node: NodeId): Location {
  const { allocator, derivation, options } = context;
  const { builder, batch, name, steps } = options;
  const columns = allocator.size(derivation.nodes[node]!.shape, 0);
  const pitch = padTo4(columns);
  const buffer = builder.buffer({
    name: `${name}.attention`,
    length: steps * batch * pitch,
    role: "scratch",
    shape: [steps, batch, columns],
  });
  const rows = { offset: 0, stepStride: batch * pitch, rowStride: pitch, columnStride: 1, columns } as const;
  const location: Location = { buffer, ...rows, padded: true, local: false };
  place(context, node, location);
  return location;
}

export interface RowGradientPlaces {
  /** Where the gradient of a memory or of keys is added to. */
  of(rows: NodeId): Location;
  /** Clears those of keys. */
  readonly start: readonly Statement[];
}

export function placeRowGradients(context: PlaceContext, { keys }: MemoryPlaces): RowGradientPlaces {
  const { derivation, options } = context;
  const { nodes, rows } = derivation;
  const ofKeys = new Map(
    keys
      .filter(({ node }) => rows.some((one) => one.rows === node))
      .map(({ node, location }) => {
        const label = `d.${known(options.builder.buffers[location.buffer], "keys").name.slice(options.name.length + 1)}`;
        return [node, { ...allocateRows(context, node, label), padded: false }];
      }),
  );
  const start = [...ofKeys.values()].map((location): Statement => {
    const { name, length } = known(options.builder.buffers[location.buffer], "keys");
    return { kind: "fill", name, buffer: location.buffer, offset: { constant: 0, terms: [] }, length, value: 0 };
  });
  return {
    of: (id) => {
      const node = nodes[id]!;
      if (node.kind === "memory")
        return known(memoryNamed(options, node.name).gradient, `the gradient of ${node.name}`);
      return known(ofKeys.get(id), "the gradient of keys");
    },
    start,
  };
}
