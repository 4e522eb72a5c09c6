/** Arrays of numbers as backends hold them. */

/** float64 for the reference backend, float32 for all others. */
export type Numbers = Float32Array | Float64Array;
