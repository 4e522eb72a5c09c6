import { expect, test } from "vitest";
import { reasonToRefuse, refusedOptions, refuseOptions } from "./refused-options.ts";
import { taskNames } from "./task-table.ts";

test("every task says what it refuses", () => {
  expect(Object.keys(refusedOptions).sort()).toEqual([...taskNames].sort());
});

test("an option that a task does not have is refused by name, one that is undefined is not", () => {
  expect(() => refuseOptions("caption", { hidden: 4, layers: 3 })).toThrow(
    "The task caption has no option layers: a captioner's encoder and its decoder have one recurrent layer each; leave out layers.",
  );
  expect(() => refuseOptions("caption", { layers: undefined })).not.toThrow();
  expect(() => refuseOptions("forecast", { layers: 3, bidirectional: true, readout: "ridge" })).not.toThrow();
  expect(reasonToRefuse("generate", "toString")).toBeUndefined();
});
