/** What follows from a cell's equations: what other folders use of it. */
export { deriveCell } from "./derive.ts";
export type { Derivation, DeriveOptions } from "./derive.ts";
export { printGradient } from "./print-gradient.ts";
export { deriveGradient } from "./gradient.ts";
export type { ProductGradient, StepGradient } from "./gradient.ts";
export { dependsOn, neededBy, sharedNodes } from "./dependence.ts";
export { isSameStage } from "./schedule.ts";
export type { Phase } from "./schedule.ts";
export type { Export, ProductGroup, Stage } from "./stages.ts";
export { isReadable } from "./storage.ts";
export type { Extent } from "./storage.ts";
