/** Arrays of NumPy. */
export { readNumpy } from "./read-npy.ts";
