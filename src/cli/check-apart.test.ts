/** What a command writes never replaces what it reads. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
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

test("a folder that is read stands for the pictures in it", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "recurra-apart-"));
  for (const name of ["a.png", "a.csv"]) writeFileSync(path.join(folder, name), "");
  const check = (name: string): void =>
    checkApart([{ what: "the pictures", file: folder }], [{ what: "--out", file: path.join(folder, name) }]);
  expect(() => check("a.png")).toThrow("--out would replace the pictures");
  for (const name of ["a.csv", "new.png"]) expect(() => check(name)).not.toThrow();
  rmSync(folder, { recursive: true });
});

test("links are followed", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "recurra-apart-"));
  const [data, link] = [path.join(folder, "sales.csv"), path.join(folder, "link")];
  writeFileSync(data, "");
  symlinkSync(folder, link, "junction");
  const check = (name: string): void =>
    checkApart([{ what: "the data", file: data }], [{ what: "--out", file: path.join(link, name) }]);
  expect(() => check("sales.csv")).toThrow("--out would replace the data");
  expect(() => check("new.csv")).not.toThrow();
  rmSync(folder, { recursive: true });
});
