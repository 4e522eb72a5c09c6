/** The project's own model file: one `.safetensors` with the network's equations, its numbers and all that belongs to them. */
export { checksumOf } from "./checksum.ts";
export type { Json } from "./document.ts";
export { load, verifyModel } from "./load.ts";
export type { LoadedModel, LoadOptions, ModelDetails, StoredCheckpoint } from "./load.ts";
export { parseCellSpec } from "./read-network.ts";
export { readSafetensors, writeSafetensors } from "../../util/safetensors.ts";
export type { ReadOptions, Safetensors, Tensor } from "../../util/safetensors.ts";
export { save } from "./save.ts";
export type { SavedModel, SaveOptions } from "./save.ts";
export type { SelfTest, SelfTestInputs } from "./self-test.ts";
export type { StoredWeights } from "./small-weights.ts";
