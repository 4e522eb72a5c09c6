/** Cases recorded with PyTorch, each a few settings and a file of tensors. */
import { readFileSync } from "node:fs";
import { findShared, readFixture } from "./shared-fixtures.ts";
import type { FixtureTensor } from "./shared-fixtures.ts";

export type TorchTensors = Readonly<Record<string, FixtureTensor>>;

/** The cases of `modules.json`, `training.json`, …, or none where this machine does not have them. */
export function readTorchCases(name: string): readonly unknown[] {
  const file = findShared(`fixtures/torch/${name}.json`);
  return file === undefined
    ? []
    : (JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly unknown[] }).cases;
}

export function readTorchTensors({ file }: { readonly file: string }): TorchTensors {
  const path = findShared(`fixtures/torch/${file}`);
  if (path === undefined) throw new Error(`${file} is missing`);
  return readFixture(path);
}

/** Stands for cases that this machine does not have; its name is why. */
export interface MissingCase {
  readonly id: "../shared/fixtures is missing";
}

/** The cases, or one that is to be skipped. */
export function orMissing<Case>(cases: readonly Case[]): readonly (Case | MissingCase)[] {
  return cases.length === 0 ? [{ id: "../shared/fixtures is missing" }] : cases;
}

export function isThere<Case extends { readonly id: string }>(one: Case | MissingCase): one is Case {
  return one.id !== "../shared/fixtures is missing";
}
