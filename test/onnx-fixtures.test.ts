/** ONNX's own tests of recurrent operators, ONNX Runtime's numbers over their attributes, and what PyTorch exports. */
import path from "node:path";
import { describe, expect, test } from "vitest";
import { findShared } from "./support/shared-fixtures.ts";
import { expectOnnxCase, listOnnxCases } from "./support/onnx-fixtures.ts";
import { tolerances } from "./tolerances.ts";

describe.each(["onnx-node", "onnx-ort", "onnx-torch-export"])("%s", (name) => {
  const folder = findShared(`fixtures/${name}`);
  if (folder === undefined) {
    test("numbers made by others", (context) => {
      expect(folder).toBeUndefined();
      context.skip(`fixtures/${name} is not on this machine`);
    });
    return;
  }
  test.each(listOnnxCases(folder))("%s", (one) =>
    expectOnnxCase(path.join(folder, one), { backend: "wasm", tolerance: tolerances.torchOutput32 }),
  );
});
