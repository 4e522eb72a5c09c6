/** Cells that begin as built-in ones. */
import { cellNames, cells, resolveSizes } from "recurra";
import { expect, test } from "vitest";
import { makeOwnCell, specOf, textOf } from "./own-cell.ts";

test.each(cellNames)("%s as it is is itself, and with a comment a cell with the same parameters", (name) => {
  expect(makeOwnCell(name, textOf(name))).toBe(cells[name]);
  expect(specOf(cells[name])).toBe(name);
  const own = makeOwnCell(name, `# mine\n${textOf(name)}`);
  expect(own.parameters).toEqual(cells[name].parameters);
  expect(specOf(own)).toMatchObject({ name: "own" });
});

test("what the text still names keeps its first values, and what it does not is left out", () => {
  const kept = makeOwnCell("lstm", "f = sigmoid(W_f x + b_f)\nh' = f * h + (1 - f) * tanh(W x)");
  expect(kept.options.initialisers).toEqual({ b_f: cells.lstm.options.initialisers?.["b_f"] });
  const none = makeOwnCell("lstm", "h' = tanh(W x + U h)");
  expect(none.options.initialisers ?? {}).toEqual({});
  expect(resolveSizes(none, { I: 2, H: 3 })).toMatchObject({ I: 2, H: 3 });
});

test("an error is at its line and column", () => {
  expect(() => makeOwnCell("rnn", "h' = tanh(W x\n")).toThrow(
    expect.objectContaining({ code: "language/unclosed-bracket", line: 1 }) as Error,
  );
});
