/** Links: what is written is read again, and what cannot be read is the default. */
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  choiceField,
  flagField,
  numberField,
  parseLink,
  printLink,
  readState,
  textField,
  wholeField,
  writeState,
} from "./link.ts";

const fields = {
  cell: choiceField(["lstm", "gru"], "lstm"),
  hidden: wholeField(16, { from: 1, to: 256 }),
  rate: numberField(0.01, { from: 0, to: 1 }),
  open: flagField(false),
  text: textField(),
};

test("a room and its values", () => {
  expect(parseLink("#/variants?cell=gru&hidden=8")).toEqual({ room: "variants", values: { cell: "gru", hidden: "8" } });
  expect(parseLink("")).toEqual({ room: "", values: {} });
  expect(parseLink("#/")).toEqual({ room: "", values: {} });
  expect(parseLink("#/lstm/")).toEqual({ room: "lstm", values: {} });
  expect(parseLink("#/lstm?text=%")).toEqual({ room: "lstm", values: { text: "%" } });
});

test("every place is read as it was printed", () => {
  const key = fc.string({ minLength: 1 }).filter((text) => text !== "__proto__" && text.isWellFormed());
  const value = fc.string({ unit: "binary" }).filter((text) => text.isWellFormed());
  const place = fc.record({ room: fc.constantFrom("", "variants", "lstm"), values: fc.dictionary(key, value) });
  fc.assert(
    fc.property(place, (one) => {
      expect(parseLink(printLink(one))).toEqual({ ...one, values: { ...one.values } });
    }),
  );
});

test("every state is read as it was written, and defaults are not written", () => {
  const state = fc.record({
    cell: fc.constantFrom("lstm" as const, "gru" as const),
    hidden: fc.integer({ min: 1, max: 256 }),
    rate: fc.double({ min: 0, max: 1, noNaN: true }),
    open: fc.boolean(),
    text: fc.string({ maxLength: 100 }),
  });
  // The text of -0 is 0.
  const plain = state.filter(({ rate }) => !Object.is(rate, -0));
  fc.assert(
    fc.property(plain, (one) => {
      expect(readState(fields, writeState(fields, one))).toEqual(one);
    }),
  );
  expect(writeState(fields, readState(fields, {}))).toEqual({});
});

test("what cannot be read is the default", () => {
  const fallback = readState(fields, {});
  const bad = { cell: "transformer", hidden: "1e9", rate: "much", open: "yes", text: "x".repeat(4001) };
  expect(readState(fields, bad)).toEqual(fallback);
  expect(readState(fields, { hidden: "0", rate: "" })).toEqual(fallback);
  expect(readState(fields, { hidden: "8.5", rate: "NaN" })).toEqual(fallback);
});
