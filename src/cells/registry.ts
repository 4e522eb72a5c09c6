/** The built-in cells by name: every table of this folder, read by the language. */
import { cell } from "../language/index.ts";
import type { Cell } from "../language/index.ts";
import { known } from "../util/errors.ts";
import type { CellDefinition } from "./definition.ts";
import { attentionCells } from "./attention.ts";
import { denseCells } from "./dense.ts";
import { elmanCells } from "./elman.ts";
import { gruCells } from "./gru.ts";
import { lightCells } from "./light.ts";
import { linearCells } from "./linear.ts";
import { lstmSearchSpaceCells } from "./lstm-search-space.ts";
import { lstmCells } from "./lstm.ts";
import { reservoirCells } from "./reservoir.ts";

type Definitions = typeof elmanCells &
  typeof lstmCells &
  typeof lstmSearchSpaceCells &
  typeof gruCells &
  typeof lightCells &
  typeof linearCells &
  typeof reservoirCells &
  typeof denseCells &
  typeof attentionCells;

export type CellName = keyof Definitions;

const definitions: Readonly<Record<CellName, CellDefinition>> = {
  ...elmanCells,
  ...lstmCells,
  ...lstmSearchSpaceCells,
  ...gruCells,
  ...lightCells,
  ...linearCells,
  ...reservoirCells,
  ...denseCells,
  ...attentionCells,
};

/** The names of all built-in cells, family by family. */
export const cellNames: readonly CellName[] = Object.keys(definitions) as CellName[];

/** The built-in cells. Each is read when it is first asked for, and is then always the same object. */
export const cells: Readonly<Record<CellName, Cell>> = readWhenAsked();

function readWhenAsked(): Readonly<Record<CellName, Cell>> {
  const registry: Partial<Record<CellName, Cell>> = {};
  for (const name of cellNames) {
    let read: Cell | undefined;
    Object.defineProperty(registry, name, { enumerable: true, get: () => (read ??= readCell(name)) });
  }
  return registry as Readonly<Record<CellName, Cell>>;
}

function readCell(name: CellName): Cell {
  const { text, ...options } = known(definitions[name], name);
  // The tables indent their equations like the code around them.
  const lines = text.split("\n").map((line) => line.trim());
  return cell(name, lines.filter((line) => line !== "").join("\n"), options);
}
