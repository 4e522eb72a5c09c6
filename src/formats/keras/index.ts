/** Models of Keras and TF.js. */
export { readKeras } from "./read-keras.ts";
export type { ReadKerasOptions } from "./read-keras.ts";
export type { ShardSource } from "./shards.ts";
export { writeKeras } from "./write-keras.ts";
export type { WriteKerasOptions, WrittenKeras } from "./write-keras.ts";
