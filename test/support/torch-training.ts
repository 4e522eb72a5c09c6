/** PyTorch's recorded training runs as runs of ours: networks with two biases a gate, and stacked weights taken apart. */
import { cell } from "../../src/language/index.ts";
import { specOf } from "../../src/network/index.ts";
import type { LayerSpec, NetworkSpec } from "../../src/network/index.ts";
import type { OptimiserSpec } from "../../src/training/optimisers.ts";
import type { Schedule } from "../../src/training/schedules.ts";
import { torchCell, unstackedNames } from "./torch-cells.ts";
import type { TorchCellKind, TorchStack } from "./torch-cells.ts";
import type { TorchTensors } from "./torch-fixtures.ts";

/** A case of training.json. */
export interface TorchCase {
  readonly id: string;
  readonly file: string;
  readonly model: string;
  readonly optimizer: string;
  readonly optimizer_options: Readonly<Record<string, number | boolean>>;
  readonly clip: readonly ["norm" | "value", number] | null;
  readonly scheduler: string | null;
  readonly dtype: "float32" | "float64";
  readonly losses: readonly number[];
  readonly grad_norms: readonly number[];
  readonly lrs?: readonly number[];
}

/** As the cases name them; PyTorch's plain RNN has tanh. */
export type TorchCell = "LSTM" | "GRU" | "RNN";
const kinds: Readonly<Record<TorchCell, TorchCellKind>> = { LSTM: "LSTM", GRU: "GRU", RNN: "RNN_TANH" };

export function torchLayer(kind: TorchCell, size: number, direction: "forward" | "both" = "forward"): LayerSpec {
  return { kind: "cell", cell: specOf(torchCell(kinds[kind], { bias: true })), size, direction };
}

export function torchLinear(size: number): LayerSpec {
  return { kind: "cell", cell: specOf(cell("torch-linear", "y = W x + b")), size };
}

/** Where a tensor of PyTorch's goes: our parameters by name, in the order in which it stacks them. */
function ourNames(
  name: string,
  layers: { readonly recurrent: number; readonly linear: number; readonly both: boolean },
  kind: TorchCell,
): string[] {
  if (name === "emb.weight") return ["0.E"];
  if (name.startsWith("fc.")) return [`${layers.linear}.${name === "fc.weight" ? "W" : "b"}`];
  const [, stack = "", layer = "0", reverse] = /^rnn\.((?:weight|bias)_(?:ih|hh))_l(\d)(_reverse)?$/.exec(name) ?? [];
  const direction = layers.both ? (reverse === undefined ? ".forward" : ".backward") : "";
  return unstackedNames(kinds[kind], stack as TorchStack).map(
    (our) => `${layers.recurrent + Number(layer)}${direction}.${our}`,
  );
}

/** All tensors under a prefix (`init.`, `grad0.`, …) as our parameters. */
export function takeTorchParameters(
  tensors: TorchTensors,
  prefix: string,
  network: NetworkSpec,
  kind: TorchCell,
): Record<string, Float64Array> {
  const isRecurrent = (layer: LayerSpec): boolean => layer.kind === "cell" && layer.cell.name !== "torch-linear";
  const recurrent = network.layers.findIndex(isRecurrent);
  const linear = network.layers.findIndex((layer) => layer.kind === "cell" && !isRecurrent(layer));
  const first = network.layers[recurrent];
  const both = first?.kind === "cell" && first.direction === "both";
  const taken: Record<string, Float64Array> = {};
  for (const [name, { data }] of Object.entries(tensors)) {
    if (!name.startsWith(prefix)) continue;
    const names = ourNames(name.slice(prefix.length), { recurrent, linear, both }, kind);
    const length = data.length / names.length;
    names.forEach((our, n) => (taken[our] = data.slice(n * length, (n + 1) * length)));
  }
  return taken;
}

/** The optimiser of a case as ours. */
export function torchOptimiser({ optimizer, optimizer_options: given }: TorchCase): OptimiserSpec {
  const names: Readonly<Record<string, string>> = {
    lr: "rate",
    weight_decay: "weightDecay",
    eps: "epsilon",
    centered: "centred",
    lr_decay: "rateDecay",
  };
  const settings = Object.fromEntries(Object.entries(given).map(([name, value]) => [names[name] ?? name, value]));
  return { kind: optimizer.toLowerCase(), ...settings } as OptimiserSpec;
}

/** The scheduler of a case as ours: `StepLR step_size=5 gamma=0.5`. */
export function torchSchedule({ scheduler }: TorchCase): Schedule {
  if (scheduler === null) return { kind: "constant" };
  const [kind = "", ...settings] = scheduler.split(" ");
  const value = Object.fromEntries(settings.map((setting) => setting.split("="))) as Readonly<Record<string, string>>;
  const number = (name: string): number => Number(value[name]);
  switch (kind) {
    case "StepLR":
      return { kind: "step", every: number("step_size"), factor: number("gamma") };
    case "LinearLR":
      return { kind: "linear", from: number("start_factor"), to: number("end_factor"), steps: number("total_iters") };
    case "CosineAnnealingWarmRestarts":
      return { kind: "cosine-restarts", first: number("T_0"), growth: number("T_mult") };
    default:
      throw new Error(`the scheduler ${kind}`);
  }
}
