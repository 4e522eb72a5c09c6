/** Which of the files that are given together is the model. */
import { expect, test } from "vitest";
import { findModelFile } from "./model-file.ts";

const pick = (...names: readonly string[]): readonly [string | undefined, readonly string[] | undefined] => {
  const found = findModelFile(names.map((name) => ({ name })));
  return [found?.model.name, found?.beside.map(({ name }) => name)];
};

test("the model is found among its weights, whatever their order", () => {
  expect(pick("group1-shard1of2.bin", "model.json", "group1-shard2of2.bin")).toEqual([
    "model.json",
    ["group1-shard1of2.bin", "group1-shard2of2.bin"],
  ]);
  expect(pick("weights.bin", "feelings.json")).toEqual(["feelings.json", ["weights.bin"]]);
  expect(pick("net.onnx_data", "net.onnx")).toEqual(["net.onnx", ["net.onnx_data"]]);
  expect(pick("unknown")).toEqual(["unknown", []]);
  expect(pick()).toEqual([undefined, undefined]);
});
