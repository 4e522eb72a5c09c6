/** The link of the room. */
import { expect, test } from "vitest";
import { readState, writeState } from "../../link.ts";
import { shapeKinds } from "./shape.ts";
import { applicationsFields, demos, lastDay, shapeOf } from "./state.ts";

test("a link holds what was chosen, and falls back where it is wrong", () => {
  const state = readState(applicationsFields, {
    demo: "write",
    author: "kieu",
    temperature: "1.2",
    day: "999",
    beam: "0",
  });
  expect(state).toMatchObject({ demo: "write", author: "kieu", temperature: 1.2, day: 327, beam: 5 });
  expect(writeState(applicationsFields, { ...state, kieu: "Mai sau" })).toEqual({
    demo: "write",
    author: "kieu",
    temperature: "1.2",
    kieu: "Mai sau",
  });
  expect(readState(applicationsFields, { sentence: "x".repeat(301) }).sentence).not.toContain("xx");
  expect(readState(applicationsFields, { day: String(lastDay) }).day).toBe(358);
});

test("every shape has a demonstration", () => {
  expect([...new Set(demos.map((name) => shapeOf[name]))].sort()).toEqual([...shapeKinds].sort());
});
