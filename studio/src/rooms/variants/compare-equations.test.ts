/** What cells change of the LSTM, for cells whose papers say so, and laws for all of them. */
import { cell, cellNames, cells, printCell } from "recurra";
import type { Cell } from "recurra";
import { describe, expect, test } from "vitest";
import { compareEquations } from "./compare-equations.ts";
import type { EquationRow, Piece } from "./compare-equations.ts";

const textOf = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join("");
const marked = (pieces: readonly Piece[]): readonly string[] =>
  pieces.filter(({ isMarked }) => isMarked).map(({ text }) => text);

/** A row in short: `same i`, `same r = i`, `changed h'`, `added …`, `missing …`. */
function brief(row: EquationRow): string {
  const text = row.kind === "changed" ? textOf(row.pieces) : row.text;
  const under = row.kind === "same" && row.under !== undefined ? ` = ${row.under}` : "";
  return `${row.kind} ${text.replace(/ =.*/, "")}${under}`;
}
const compare = (own: Cell): readonly string[] => compareEquations(cells.lstm, own).map(brief);

test("the LSTM is the same as itself", () => {
  expect(compare(cells.lstm)).toEqual(["same i", "same f", "same g", "same o", "same c'", "same h'"]);
});

test("peepholes are what the peephole LSTM adds to its gates, and the output gate's is the new memory's", () => {
  const rows = compareEquations(cells.lstm, cells["lstm-peephole"]);
  expect(rows.map(brief)).toEqual(["changed i", "changed f", "same g", "same c'", "changed o", "same h'"]);
  const changed = rows.filter((row) => row.kind === "changed");
  expect(changed.map(({ pieces }) => marked(pieces))).toEqual([["p_i * c +"], ["p_f * c +"], ["p_o * c' +"]]);
  expect(changed.map(({ before }) => marked(before))).toEqual([[], [], []]);
});

test("forms of the search space lack what their names say", () => {
  expect(compare(cells["lstm-nig"])).toContain("missing i");
  expect(compare(cells["lstm-nfg"])).toContain("missing f");
  expect(compare(cells["lstm-nog"])).toContain("missing o");
  const coupled = compareEquations(cells.lstm, cells["lstm-coupled"]);
  expect(coupled.map(brief)).toEqual(["changed i", "missing f", "same g", "changed c'", "changed o", "same h'"]);
});

test("the projection changes the output and nothing else", () => {
  const rows = compareEquations(cells.lstm, cells["lstm-projection"]);
  expect(rows.map(brief)).toEqual(["same i", "same f", "same g", "same o", "same c'", "changed h'"]);
  const last = rows.at(-1);
  expect(last?.kind === "changed" && marked(last.pieces)).toEqual(["V (", ")"]);
});

test("the simple network has the state and nothing before it", () => {
  expect(compare(cells.rnn)).toEqual(["missing i", "missing f", "missing g", "missing o", "missing c'", "changed h'"]);
});

test("gates of the GRU are built as gates of the LSTM under other names", () => {
  expect(compare(cells.gru)).toEqual([
    "same r = i",
    "same z = f",
    "changed n",
    "missing o",
    "missing c'",
    "changed h'",
  ]);
  expect(compare(cells.ugrnn)).toEqual([
    "same n = g",
    "same g = i",
    "missing f",
    "missing o",
    "missing c'",
    "changed h'",
  ]);
});

test("other names for everything change nothing", () => {
  const renamed = cell("renamed", cells.lstm.text.replaceAll(/\bf\b/g, "keep").replaceAll(/_f\b/g, "_keep"));
  expect(compare(renamed)).toEqual(["same i", "same keep = f", "same g", "same o", "same c'", "same h'"]);
});

test("a line of other words altogether is added, though its name is known", () => {
  const odd = cell("odd", "i in R^H\ni = exp(K x)\nh' = i * tanh(h)");
  expect(compareEquations(cells.lstm, odd).map(brief)).toContain("added i");
});

describe.each(cellNames)("%s", (name) => {
  const rows = compareEquations(cells.lstm, cells[name]);
  const equationsOf = ({ declarations, ...rest }: Cell): readonly string[] =>
    printCell({ declarations, ...rest })
      .split("\n")
      .slice(declarations.length);

  test("has each of its lines in one row, and each of the LSTM's", () => {
    const own = rows.flatMap((row) =>
      row.kind === "missing" ? [] : [row.kind === "changed" ? textOf(row.pieces) : row.text],
    );
    expect(own).toEqual(equationsOf(cells[name]));
    const target = (text: string): string => text.replace(/ =.*/, "").replace("'", "");
    const known = rows.flatMap((row) => {
      if (row.kind === "added") return [];
      if (row.kind === "changed") return [target(textOf(row.before))];
      return [row.kind === "same" && row.under !== undefined ? row.under : target(row.text)];
    });
    expect(known.toSorted()).toEqual(cells.lstm.equations.map((one) => one.target).toSorted());
  });

  test("marks something in every line that is changed", () => {
    const changed = rows.filter((row) => row.kind === "changed");
    expect(changed.filter(({ pieces, before }) => marked(pieces).length + marked(before).length === 0)).toEqual([]);
  });
});
