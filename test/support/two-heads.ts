/** Graphs that are no chain of layers: a GRU and an LSTM side by side, with a head on each. */
import { cells } from "../../src/cells/index.ts";
import { writeOnnx } from "../../src/formats/onnx/index.ts";
import { createGraphBuilder } from "../../src/graph/build-graph.ts";
import { createGraphModel } from "../../src/graph/model.ts";
import type { Graph } from "../../src/graph/graph.ts";
import type { Tensor } from "../../src/graph/tensor.ts";
import { countElements } from "../../src/graph/tensors.ts";
import { resolveSizes } from "../../src/language/index.ts";
import { shapeOf, specOf } from "../../src/network/index.ts";
import { createRandom } from "../../src/util/random.ts";

const sizes = { inputs: 3, units: 5 } as const;

/** `x` `[steps, batch, 3]` to `mood` and `speed` at each step; with the LSTM backward it is no stream. */
export function twoHeads(direction: "forward" | "backward" = "forward"): Graph {
  const random = createRandom(3);
  const draw = (...shape: readonly number[]): Tensor => ({
    type: "float32",
    shape,
    data: Float32Array.from({ length: countElements(shape) }, () => random.uniform(-1, 1)),
  });
  const b = createGraphBuilder("two heads");
  b.input({ name: "x", type: "float32", shape: ["steps", "batch", sizes.inputs] });
  for (const name of ["gru", "lstm"] as const) {
    const cell = cells[name];
    const own = resolveSizes(cell, { I: sizes.inputs, H: sizes.units });
    b.recurrent({
      name: `the ${name}`,
      cell: specOf(cell),
      size: sizes.units,
      direction: name === "lstm" ? direction : "forward",
      input: "x",
      parameters: Object.fromEntries(
        cell.parameters.map((one) => [one.name, b.constant(draw(...shapeOf(one, own)), `${name}.${one.name}`)]),
      ),
      states: {},
      outputs: { sequence: name, states: {} },
    });
  }
  const head = (from: string, output: string, columns: number): void => {
    const product = b.operator("MatMul", [from, b.constant(draw(sizes.units, columns), `${output}.W`)]);
    b.operators("Sigmoid", [product], { outputs: [output] });
  };
  head("gru", "mood", 2);
  head("lstm", "speed", 1);
  return b.finish([
    { name: "mood", type: "float32", shape: ["steps", "batch", 2] },
    { name: "speed", type: "float32", shape: ["steps", "batch", 1] },
  ]);
}

/** The same as a file of ONNX. */
export function twoHeadsFile(direction?: "forward" | "backward"): Uint8Array {
  const model = createGraphModel(twoHeads(direction), { backend: "wasm" });
  const bytes = writeOnnx(model);
  model.dispose();
  return bytes;
}
