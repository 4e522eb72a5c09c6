/** Models of Keras and TF.js. */
export { readKeras } from "./read-keras.ts";
export type { ReadKerasOptions } from "./read-keras.ts";
