/** From equations to kernels: what other folders use of it. */
export { at, createProgramBuilder, plus, shift } from "./builder.ts";
export type { MapBuilder, ProgramBuilder } from "./builder.ts";
export { gradientArena, parameterArena } from "./arena.ts";
export { lowerCell } from "./cell.ts";
export type { LoweredCell, LoweredGradient } from "./cell.ts";
export type { LowerCellOptions, LowerMemory } from "./cell-options.ts";
export type {
  BufferId,
  BufferRole,
  BufferSpec,
  KernelFunction,
  LaneOperation,
  LoopId,
  Offset,
  Program,
  Statement,
  ValueId,
  View,
  WeightFormat,
} from "./ir.ts";
export type { Location, TimeRange } from "./location.ts";
export { denseLocation, padTo4, sharedLocation, viewAt } from "./location.ts";
export { copyRows, copyStep, memberNumbers } from "./fill.ts";
export { outerScratchLength, packedLength } from "./ir.ts";
export { overRows } from "./rows.ts";
export { printProgram } from "./print.ts";
