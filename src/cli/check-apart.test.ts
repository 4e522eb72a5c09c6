/** What a command writes never replaces what it reads. */
import { expect, test } from "vitest";
import { checkApart } from "./check-apart.ts";

test("an output that is an input or another output is a usage error", () => {
  const data = [{ what: "the data", file: "a/sales.csv" }];
  expect(() => checkApart(data, [{ what: "--out", file: "a/../a/sales.csv" }])).toThrow("--out would replace the data");
  const twice = [
    { what: "--out", file: "same.svg" },
    { what: "--chart", file: "./same.svg" },
  ];
  expect(() => checkApart(data, twice)).toThrow("--chart would replace --out");
  expect(() => checkApart(data, [{ what: "--out", file: "a/sales.safetensors" }])).not.toThrow();
});
