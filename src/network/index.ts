/** Networks of layers: what other folders use of them. */
export { cellOf, columnsOf, describeNetwork, specOf } from "./describe.ts";
export { initialiseNetwork } from "./initialise.ts";
export type { ParameterValues } from "./initialise.ts";
export { declareParameters, lowerNetwork } from "./lower-network.ts";
export type { LoweredNetwork, LowerNetworkOptions, NetworkParameters } from "./lower-network.ts";
export type { CompareWeightsOptions, WeightsComparison } from "./compare-weights.ts";
export { createModel } from "./model.ts";
export type { Model, ModelOptions, SessionOptions } from "./model.ts";
export { lowerPredict } from "./predict.ts";
export type { LoweredPredict, PredictOptions, PredictSizes, SequenceInputs } from "./predict.ts";
export { network } from "./builder.ts";
export type { CellChoice, SequenceNetwork } from "./builder.ts";
export type { Session, SessionSnapshot } from "./session.ts";
export type { WeightBytes } from "./load-step.ts";
export type { WeightFormat } from "../lower/index.ts";
export { allocateSignal } from "./signal.ts";
export type * from "./spec.ts";
