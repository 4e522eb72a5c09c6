/** What follows from a cell's equations: what other folders use of it. */
export { attentionNames, deriveCell, memoryOf } from "./derive.ts";
export type { AttentionName, Derivation, DeriveOptions } from "./derive.ts";
export { valuesOf } from "./ends.ts";
export { printGradient } from "./print-gradient.ts";
export { deriveGradient } from "./gradient.ts";
export type { ProductGradient, RowsGradient, RowsTerm, StepGradient } from "./gradient.ts";
export { dependsOn, neededBy, sharedNodes } from "./dependence.ts";
export { isSameStage, readsMemory, valueArguments } from "./schedule.ts";
export type { Phase } from "./schedule.ts";
export type { Export, ProductGroup, Stage } from "./stages.ts";
export { isReadable } from "./storage.ts";
export { deriveTangent } from "./tangent.ts";
export type { Slope, StepTangent } from "./tangent.ts";
export type { Extent } from "./storage.ts";
