/** Draws a cell away from the page: laying out a large one takes longer than a page may stand still. */
import { cell, drawCell } from "recurra";
import type { DrawCellRequest } from "./draw-cell.ts";
import { serveWork } from "./serve-work.ts";

serveWork<DrawCellRequest, string>(async function* draw({ name, text, options, drawn }) {
  yield drawCell(cell(name, text, options), drawn);
});
