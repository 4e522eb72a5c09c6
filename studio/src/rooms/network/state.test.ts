import { expect, test } from "vitest";
import { readState, writeState } from "../../link.ts";
import { stageAt } from "./stage.ts";
import { networkFields } from "./state.ts";

test("the link holds the position with two digits, and refuses what is none", () => {
  const positionOf = (p: string): number => readState(networkFields, { p }).p;
  expect(["0", "2.5", "4.99", "5"].map(positionOf)).toEqual([0, 2.5, 4.99, 5]);
  expect(["-1", "5.1", "1e1", "", "two", "NaN"].map(positionOf)).toEqual([0, 0, 0, 0, 0, 0]);
  const state = readState(networkFields, {});
  expect(writeState(networkFields, { ...state, p: 1.23456 })).toEqual({ p: "1.23" });
  expect(writeState(networkFields, state)).toEqual({});
});

test("the loop is there from the middle of its way on", () => {
  expect([0, 3, 3.49, 3.5, 4, 4.49, 4.5, 5].map(stageAt)).toEqual([
    "alone",
    "alone",
    "alone",
    "looped",
    "looped",
    "looped",
    "unrolled",
    "unrolled",
  ]);
});
