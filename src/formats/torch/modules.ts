/** The modules of a model of PyTorch, one after another: what a file of tensors does not say, or not for sure. */
import { plainData } from "../../util/plain-data.ts";
import type { PlainData } from "../../util/plain-data.ts";
import { torchError } from "./errors.ts";

/** Functions between modules. */
export type TorchActivation = "relu" | "tanh" | "sigmoid" | "softmax";

/** `nn.RNN`, `nn.LSTM`, `nn.GRU` with all their layers and directions; a cell (`nn.LSTMCell`) goes over the sequence step by step. */
export interface TorchRecurrent {
  readonly kind: "rnn" | "lstm" | "gru";
  /** What stands before the names of its tensors: `encoder.lstm` for `encoder.lstm.weight_ih_l0`, "" for none. */
  readonly name: string;
  /** As the constructor's `batch_first`: no. Modules of one model agree. */
  readonly batchFirst?: boolean;
  /** Of `nn.RNN`: tanh. */
  readonly nonlinearity?: "tanh" | "relu";
}

export interface TorchLinear {
  readonly kind: "linear";
  readonly name: string;
  /** What is applied to its output: nothing. */
  readonly activation?: TorchActivation;
}

export interface TorchConvolution {
  /** `nn.Conv1d` over the steps. */
  readonly kind: "conv1d";
  readonly name: string;
  /** 1 if absent, as `dilation`. */
  readonly stride?: number;
  readonly dilation?: number;
  /** Zeros on both sides: none. */
  readonly padding?: number;
  readonly activation?: TorchActivation;
}

export interface TorchNormalisation {
  readonly kind: "layer-norm" | "batch-norm";
  readonly name: string;
  /** 1e-5 if absent. */
  readonly epsilon?: number;
}

export interface TorchEmbedding {
  readonly kind: "embedding";
  readonly name: string;
}

/**
 * What has no tensors: a function of each number; one vector of the sequence, by its last step, the mean or the largest of all steps; or `hidden`, the last states of the recurrent module before it, those of both directions
 * side by side, as `torch.cat((h_n[-2], h_n[-1]), 1)`.
 */
export interface TorchStep {
  readonly kind: TorchActivation | "last" | "mean" | "max" | "hidden";
}

/** Changes nothing but a training that goes on. */
export interface TorchDropout {
  readonly kind: "dropout";
  /** 0.5 if absent, as in PyTorch. */
  readonly rate?: number;
}

export type TorchModule =
  | TorchRecurrent
  | TorchLinear
  | TorchConvolution
  | TorchNormalisation
  | TorchEmbedding
  | TorchDropout
  | TorchStep;

const activations = ["relu", "tanh", "sigmoid", "softmax"] as const;
const kinds: readonly TorchModule["kind"][] = [
  "rnn",
  "lstm",
  "gru",
  "linear",
  "conv1d",
  "layer-norm",
  "batch-norm",
  "embedding",
  ...activations,
  "last",
  "mean",
  "max",
  "hidden",
  "dropout",
];

/** Modules that came from outside, checked. Throws `torch/unclear` naming the entry that is none. */
export function parseModules(value: unknown, what: string): readonly TorchModule[] {
  const data = plainData(value, what, (path, problem) => torchError("torch/unclear", `${path} ${problem}.`));
  return data.array(1000).map(parseModule);
}

function parseModule(data: PlainData): TorchModule {
  const kind = data.object().get("kind").oneOf(kinds);
  const fields = (...names: string[]): ReturnType<PlainData["object"]> => data.object(["kind", "name", ...names]);
  switch (kind) {
    case "rnn":
    case "lstm":
    case "gru": {
      const entry = fields("batchFirst", ...(kind === "rnn" ? ["nonlinearity"] : []));
      const batchFirst = entry.find("batchFirst")?.flag();
      const nonlinearity = entry.find("nonlinearity")?.oneOf(["tanh", "relu"]);
      return {
        kind,
        name: entry.get("name").text(),
        ...(batchFirst === undefined ? {} : { batchFirst }),
        ...(nonlinearity === undefined ? {} : { nonlinearity }),
      };
    }
    case "linear": {
      const entry = fields("activation");
      return { kind, name: entry.get("name").text(), ...activationOf(entry) };
    }
    case "conv1d": {
      const entry = fields("activation", "stride", "padding", "dilation");
      const sizes = Object.fromEntries(
        (["stride", "padding", "dilation"] as const).flatMap((name) => {
          const size = entry.find(name)?.whole(name === "padding" ? 0 : 1, 2 ** 20);
          return size === undefined ? [] : [[name, size] as const];
        }),
      );
      return { kind, name: entry.get("name").text(), ...sizes, ...activationOf(entry) };
    }
    case "layer-norm":
    case "batch-norm": {
      const entry = fields("epsilon");
      const epsilon = entry.find("epsilon")?.number(0, 1);
      return { kind, name: entry.get("name").text(), ...(epsilon === undefined ? {} : { epsilon }) };
    }
    case "embedding":
      return { kind, name: fields().get("name").text() };
    case "dropout": {
      const rate = data.object(["kind", "rate"]).find("rate")?.number(0, 1);
      return { kind, ...(rate === undefined ? {} : { rate }) };
    }
    default:
      data.object(["kind"]);
      return { kind };
  }
}

function activationOf(entry: ReturnType<PlainData["object"]>): { readonly activation?: TorchActivation } {
  const activation = entry.find("activation")?.oneOf(activations);
  return activation === undefined ? {} : { activation };
}

/** Modules as one writes them in code. */
export function printModules(modules: readonly TorchModule[]): string {
  const entries = modules.map((module) => {
    const fields = Object.entries(module).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    return `{ ${fields.join(", ")} }`;
  });
  return `[${entries.join(", ")}]`;
}
