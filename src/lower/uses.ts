/** Which buffers a statement reads and writes. */
import type { BufferId, RowWindow, Statement, View } from "./ir.ts";

/** One use of a buffer. A statement that adds to what is there both reads and writes it, the read first. */
export interface Use {
  readonly buffer: BufferId;
  readonly access: "read" | "write";
}

/** The uses of `statement` in the order in which they happen; of a loop, those of its body once. */
export function usesOf(statement: Statement): readonly Use[] {
  switch (statement.kind) {
    case "loop":
      return statement.body.flatMap(usesOf);
    case "map":
      return [
        ...readsOfWindow(statement.window),
        ...statement.values.flatMap((value) => {
          if (value.kind === "load") return readsOf(value.view);
          return value.kind === "random" ? readsOf(value.seed) : [];
        }),
        ...statement.stores.flatMap(({ view, mode }) => [
          ...(view.rows === undefined ? [] : readsOf(view.rows)),
          ...writes(view.buffer, mode === "add"),
        ]),
      ];
    case "pack":
      return [...statement.blocks.flatMap((block) => reads(block.buffer)), ...writes(statement.to, false)];
    case "product":
      return [
        ...readsOfWindow(statement.window),
        ...reads(statement.a.buffer),
        ...reads(statement.b),
        ...writes(statement.c.buffer, statement.accumulate),
      ];
    case "outer":
      return [
        ...readsOfWindow(statement.window),
        ...reads(statement.a.buffer),
        ...reads(statement.b.buffer),
        ...writes(statement.scratch, false),
        ...statement.c.flatMap((part) => writes(part.buffer, statement.accumulate)),
      ];
    case "fill":
      return writes(statement.buffer, false);
  }
}

function readsOf(view: View): readonly Use[] {
  return view.rows === undefined ? reads(view.buffer) : [...readsOf(view.rows), ...reads(view.buffer)];
}

function readsOfWindow(window: RowWindow | undefined): readonly Use[] {
  return window === undefined ? [] : reads(window.count.buffer);
}

function reads(buffer: BufferId): readonly Use[] {
  return [{ buffer, access: "read" }];
}

function writes(buffer: BufferId, adds: boolean): readonly Use[] {
  return adds ? [...reads(buffer), { buffer, access: "write" }] : [{ buffer, access: "write" }];
}
