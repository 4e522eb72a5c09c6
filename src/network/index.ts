/** Networks of layers: what other folders use of them. */
export { describeNetwork, cellOf, outputSteps, specOf } from "./describe.ts";
export { initialiseNetwork } from "./initialise.ts";
export type { ParameterValues } from "./initialise.ts";
export { declareParameters, lowerNetwork } from "./lower-network.ts";
export type { LoweredNetwork, LowerNetworkOptions, NetworkParameters } from "./lower-network.ts";
export type { CompareWeightsOptions, WeightsComparison } from "./compare-weights.ts";
export { createModel, lowerPredict } from "./model.ts";
export type { LoweredPredict, Model, ModelOptions, PredictOptions, PredictSizes, SessionOptions } from "./model.ts";
export { network } from "./builder.ts";
export type { CellChoice } from "./builder.ts";
export type { Session, SessionSnapshot } from "./session.ts";
export type { WeightBytes } from "./load-step.ts";
export type { WeightFormat } from "../lower/index.ts";
export { decodeCtc } from "./decoding/ctc.ts";
export type { CtcDecoding, DecodeCtcOptions } from "./decoding/ctc.ts";
export { allocateSignal } from "./signal.ts";
export type * from "./spec.ts";
