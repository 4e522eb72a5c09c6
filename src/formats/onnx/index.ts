/** ONNX files to models and back. */
export { readOnnx } from "./read.ts";
export type { ReadOnnxOptions } from "./read.ts";
export type { ExternalFiles } from "./read-tensor.ts";
export { writeOnnx } from "./write/write.ts";
export type { WriteOnnxOptions } from "./write/write.ts";
