/** The memory of a network's programs, as tables for people. */
import { planMemory } from "../engine/plan.ts";
import { printPlan } from "../engine/print-plan.ts";
import { describeNetwork, lowerPredict } from "../network/index.ts";
import type { NetworkSpec } from "../network/index.ts";
import { lowerTraining } from "../training/index.ts";
import type { LossSpec } from "../training/index.ts";

export interface MemoryOptions {
  readonly steps: number;
  readonly batch: number;
  /** Of a training step with Adam and this loss; of a prediction where there is none. */
  readonly loss?: LossSpec | undefined;
}

/** One line a tensor: name, shape, place, first and last use; then what they come to. In float32. */
export function printMemory(network: NetworkSpec, { steps, batch, loss }: MemoryOptions): string {
  const { program } =
    loss === undefined
      ? lowerPredict(network, describeNetwork(network), { steps, batch, hasLengths: false })
      : lowerTraining({ network, loss, optimiser: { kind: "adam" }, shapes: [{ steps }], batch, lengths: false });
  return printPlan(planMemory(program));
}
