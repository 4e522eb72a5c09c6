/** What the modules of a graph share while it is put together. */
import type { GraphBuilder } from "../../graph/build-graph.ts";
import type { ValueInfo, ValueName } from "../../graph/graph.ts";
import type { TorchTensor } from "./archive.ts";
import { torchError } from "./errors.ts";
import type { FoundTensor } from "./find-tensors.ts";
import { printFound } from "./infer-modules.ts";
import type { TorchModule, TorchRecurrent } from "./modules.ts";

export interface ModuleGraphOptions {
  readonly tensors: ReadonlyMap<string, FoundTensor>;
  readonly modules: readonly TorchModule[];
  /** Input and output are `[batch, steps, …]`. */
  readonly batchFirst: boolean;
  /** Whether there is an input `lengths`, int64 `[batch]`. */
  readonly lengths: boolean;
  /** What messages call the file. */
  readonly source: string;
}

/** What goes from module to module. */
export interface Signal {
  /** `[steps, batch, size]`, or `[batch, size]` of one vector; tokens `[steps, batch]`. */
  readonly value: ValueName;
  readonly size: number;
  readonly kind: "sequence" | "vector" | "tokens";
  /** Last states `[batch, size]` of the recurrent module before, forward and backward. */
  readonly hidden?: readonly ValueName[] | undefined;
}

export interface Work extends ModuleGraphOptions {
  readonly builder: GraphBuilder;
  readonly lengthsInput: ValueName | undefined;
  /** Outputs beside the first. */
  readonly states: ValueInfo[];
  /** How many recurrent modules there are: the states of a single one have no name before them. */
  readonly recurrent: number;
}

/** The name of a module's tensor in the file. */
export function join(name: string, tensor: string): string {
  return name === "" ? tensor : `${name}.${tensor}`;
}

/** A tensor of a module, with so many dimensions. */
export function tensorOf(work: ModuleGraphOptions, name: string, rank: number): TorchTensor {
  const found = work.tensors.get(name);
  if (found?.shape.length === rank) return found.read();
  const what = found === undefined ? "there is none" : `it has the shape [${found.shape.join(", ")}]`;
  throw torchError(
    "torch/unclear",
    `${work.source}: a tensor ${JSON.stringify(name)} of ${rank} dimension${rank === 1 ? "" : "s"} is needed, but ${what}. The file has ${printFound(work.tensors)}.`,
  );
}

/** A tensor that may be absent. */
export function findTensor(work: ModuleGraphOptions, name: string, rank: number): TorchTensor | undefined {
  return work.tensors.has(name) ? tensorOf(work, name, rank) : undefined;
}

/** A tensor as a constant of the graph. */
export function constant(work: Pick<Work, "builder">, name: string, { shape, data }: TorchTensor): ValueName {
  return work.builder.constant({ type: "float32", shape, data }, name);
}

/** Throws `torch/unclear` for a module that cannot stand where it does. */
export function misplaced(work: Work, module: TorchModule, what: string): never {
  const name = "name" in module ? ` ${JSON.stringify(module.name)}` : "";
  throw torchError(
    "torch/unclear",
    `${work.source}: the module ${module.kind}${name} ${what}; change the order of the modules.`,
  );
}

/** Throws `torch/unclear` where a module gets other than it takes. */
export function checkSize(work: Work, name: string, wanted: number, got: number): void {
  if (wanted !== got)
    throw torchError(
      "torch/unclear",
      `${work.source}: the module ${JSON.stringify(name)} takes ${wanted} numbers, but gets ${got} of what is before it; change the order of the modules.`,
    );
}

export function isRecurrent(module: TorchModule): module is TorchRecurrent {
  return module.kind === "rnn" || module.kind === "lstm" || module.kind === "gru";
}
