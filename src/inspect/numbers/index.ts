/** The numbers inside a network: what it computed on a sequence, and what follows from that. */
export { traceNetwork, findCell, findValue, recurrentCells } from "./trace.ts";
export type { CellTrace, LayerTrace, Trace, TracedAttention, TracedValue } from "./trace.ts";
export type { Inspected, TraceOptions } from "./run-network.ts";
export type { Signal } from "./signal.ts";
export type { Range } from "./ranges.ts";
export type { ValueFacts, ValueRole } from "./value-role.ts";
export { stepJacobians, walkJacobians } from "./jacobian.ts";
export type { JacobianOptions, StatePlace, StepJacobians } from "./jacobian.ts";
