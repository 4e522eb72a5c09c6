/** Recurra: recurrent networks for TypeScript. A cell is its equations, and everything else follows from them. */
export {
  cellNames,
  cells,
  initialiseParameters,
  reservoirCell,
  type CellName,
  type ReservoirOptions,
} from "./cells/index.ts";
export { compile, type CompileOptions } from "./engine/compile.ts";
export type { CompiledCell, ForwardOptions, NamedNumbers, NamedShape } from "./engine/compiled-cell.ts";
export { backendNames, chooseBackend, type BackendChoice } from "./engine/backends.ts";
export * from "./data/index.ts";
export { printGradient } from "./derive/index.ts";
export {
  load,
  readSafetensors,
  save,
  verifyModel,
  writeSafetensors,
  type Json,
  type LoadedModel,
  type LoadOptions,
  type ModelDetails,
  type Safetensors,
  type SavedModel,
  type SaveOptions,
  type SelfTest,
  type SelfTestInputs,
  type StoredCheckpoint,
  type StoredWeights,
  type Tensor,
} from "./formats/recurra/index.ts";
export {
  convertToMathML,
  drawAlignment,
  drawBars,
  drawCell,
  drawCurves,
  drawForecast,
  drawGradientNorms,
  drawReliability,
  printGradientLatex,
  printGradientNorms,
  printLatex,
  printMathML,
  printCount,
  printQuantity,
  printTable as alignTable,
  type Alignment,
  type BarsChart,
  type CurvesChart,
  type DiagramOptions,
  type ForecastChart,
  type GradientChart,
  type GradientNorms,
  type ReliabilityChart,
  type TableColumn,
  type TableRow,
} from "./inspect/index.ts";
export { cell, equalCells, printCell, type Cell, type CellOptions, type Initialiser } from "./language/index.ts";
export {
  createModel,
  createSampler,
  decodeCtc,
  describeNetwork,
  initialiseNetwork,
  searchBeams,
  network,
  outputSteps,
  type BeamOptions,
  type CellLayer,
  type CellSpec,
  type CompareWeightsOptions,
  type ConvolutionLayer,
  type CtcDecoding,
  type DecodeCtcOptions,
  type Hypothesis,
  type LayerSpec,
  type Model,
  type NetworkShape,
  type NetworkSpec,
  type ParameterValues,
  type Sampler,
  type SamplingOptions,
  type Session,
  type SessionOptions,
  type SessionSnapshot,
  type SpatialPoolLayer,
  type WeightBytes,
  type WeightFormat,
  type WeightsComparison,
} from "./network/index.ts";
export * from "./tasks/index.ts";
export * from "./training/index.ts";
export { RecurraError, type ErrorCode } from "./util/errors.ts";
export { createRandom, type Random } from "./util/random.ts";
export { version } from "./util/version.ts";
