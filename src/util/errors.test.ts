import { inspect } from "node:util";
import { expect, test } from "vitest";
import { RecurraError } from "./errors.ts";

test("an error has a line and a column only where it is about a place", () => {
  const bare = new RecurraError("data/no-rows", "There are no rows.");
  expect([Object.hasOwn(bare, "line"), Object.hasOwn(bare, "column"), inspect(bare).includes("undefined")]).toEqual([
    false,
    false,
    false,
  ]);
  const placed = new RecurraError("data/ragged-row", "A field is missing.", { line: 3, column: 1 });
  expect(placed).toMatchObject({ name: "RecurraError", code: "data/ragged-row", line: 3, column: 1 });
});
