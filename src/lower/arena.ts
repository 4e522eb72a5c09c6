/** How parameters lie next to one another, so that one map can update or measure them all. */
import type { BufferId, BufferSpec } from "./ir.ts";

/**
 * Parameters in order of their ids, each at a multiple of four words, with nothing in between but the zeros that fill up
 * to four. Gradients lie the same way, the n-th gradient at the n-th parameter's place; a moment is one buffer as
 * long as the whole arena. A view of the arena's first buffer may therefore reach to the arena's end: `{ buffer: arena.first,
 * offset: at(0), rowStride: 0, columnStride: 1 }` over `arena.length` columns is every parameter, or every gradient. The
 * fill words stay zero because nothing may store past the end of a buffer in an arena.
 */
export interface Arena {
  /** The buffer at the arena's start, or undefined if the program has none of this role. */
  readonly first: BufferId | undefined;
  /** Length in words, a multiple of four. */
  readonly length: number;
  /** Words from the arena's start to each buffer. */
  readonly places: ReadonlyMap<BufferId, number>;
}

/** The arena of all parameters. */
export function parameterArena(buffers: readonly BufferSpec[]): Arena {
  return arenaOf(buffers, "parameter");
}

/** The arena of all gradients: as long as the parameters' if there are any. */
export function gradientArena(buffers: readonly BufferSpec[]): Arena {
  return arenaOf(buffers, "gradient");
}

function arenaOf(buffers: readonly BufferSpec[], role: BufferSpec["role"]): Arena {
  const places = new Map<BufferId, number>();
  let length = 0;
  for (const buffer of buffers) {
    if (buffer.role !== role) continue;
    places.set(buffer.id, length);
    length += Math.ceil(buffer.length / 4) * 4;
  }
  return { first: places.keys().next().value, length, places };
}

/** Tells buffers apart whose words are never the same: a view of an arena's first buffer may reach over all of the arena. */
export function createAliasGroups(buffers: readonly BufferSpec[]): (buffer: BufferId) => string {
  const groups = new Map<BufferId, string>();
  for (const [group, arena] of Object.entries({
    parameters: parameterArena(buffers),
    gradients: gradientArena(buffers),
  })) {
    for (const buffer of arena.places.keys()) groups.set(buffer, group);
  }
  return (buffer) => groups.get(buffer) ?? `buffer ${buffer}`;
}
