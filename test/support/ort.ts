/** ONNX Runtime as an independent judge. */
import * as ort from "onnxruntime-web";
import type { Tensor } from "../../src/graph/tensor.ts";

ort.env.wasm.numThreads = 1;
ort.env.logLevel = "fatal";

/** What ONNX Runtime gives for a file and inputs, by name. */
export async function runOrt(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"], logSeverityLevel: 4 });
  const feeds = Object.entries(inputs).map(([name, { type, shape, data }]): [string, ort.Tensor] => [
    name,
    new ort.Tensor(type as "float32", data as Float32Array, shape),
  ]);
  const given = await session.run(Object.fromEntries(feeds));
  await session.release();
  return Object.fromEntries(
    Object.entries(given).map(([name, { type, dims, data }]) => [
      name,
      { type, shape: [...dims], data } as unknown as Tensor,
    ]),
  );
}
