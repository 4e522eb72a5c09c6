/** ONNX files to models. */
export { readOnnx } from "./read.ts";
export type { ReadOnnxOptions } from "./read.ts";
export type { ExternalFiles } from "./read-tensor.ts";
