/** The lines of Python that make a module of PyTorch and load a file into it. */
import type { TorchActivation } from "./modules.ts";
import type { WrittenModule } from "./write-torch.ts";

export interface PythonOptions {
  /** Whether the model is the one module itself. */
  readonly isSingle: boolean;
  readonly isTokens: boolean;
}

/** A program that ends with `model`, ready to be called with `[steps, batch, size]`, or tokens `[steps, batch]`. */
export function printPython(modules: readonly WrittenModule[], { isSingle, isTokens }: PythonOptions): string {
  const [first] = modules;
  const single = isSingle && first !== undefined ? constructorOf(first) : undefined;
  const isPlain = single !== undefined && first?.recurrent !== undefined;
  const named = namesOf(modules);
  const lines = [
    "import torch",
    "from torch import nn",
    "from safetensors.torch import load_file",
    "",
    ...(isPlain ? [`model = ${single}`] : moduleLines(modules, named, { isTokens, isSingle })),
    isSingle && !isPlain && single !== undefined
      ? `model.${named[0]}.load_state_dict(load_file("model.safetensors"))`
      : 'model.load_state_dict(load_file("model.safetensors"))',
    "model.eval()",
    "",
  ];
  return lines.join("\n");
}

/** What each module is called in the class; those without a constructor have no name. */
function namesOf(modules: readonly WrittenModule[]): readonly string[] {
  let dropouts = 0;
  return modules.map(({ module }) => {
    if (module.kind === "dropout") return `dropout${++dropouts === 1 ? "" : dropouts}`;
    return "name" in module ? module.name || "module" : "";
  });
}

function moduleLines(
  modules: readonly WrittenModule[],
  names: readonly string[],
  { isTokens }: PythonOptions,
): readonly string[] {
  const made = modules.flatMap((module, n) => {
    const constructor = constructorOf(module);
    const lines = constructor === undefined ? [] : [`self.${names[n]} = ${constructor}`];
    return module.tied === undefined ? lines : [...lines, `self.${names[n]}.weight = self.${module.tied}.weight`];
  });
  const steps = modules.map((written, n) => stepOf(written, { name: `self.${names[n]}`, modules, at: n }));
  const inside = (lines: readonly string[]): readonly string[] => lines.map((line) => `        ${line}`);
  return [
    "",
    "class Model(nn.Module):",
    "    def __init__(self):",
    "        super().__init__()",
    ...inside(made),
    "",
    `    def forward(self, x):  # ${isTokens ? "tokens [steps, batch]" : "[steps, batch, size]"}`,
    ...inside(steps),
    "        return x",
    "",
    "",
    "model = Model()",
  ];
}

function constructorOf({ module, inputs, outputs, recurrent, kernel }: WrittenModule): string | undefined {
  switch (module.kind) {
    case "embedding":
      return `nn.Embedding(${inputs}, ${outputs})`;
    case "linear":
      return `nn.Linear(${inputs}, ${outputs})`;
    case "layer-norm":
      return `nn.LayerNorm(${outputs})`;
    case "dropout":
      return `nn.Dropout(${module.rate ?? 0.5})`;
    case "conv1d":
      return `nn.Conv1d(${inputs}, ${outputs}, ${kernel}, stride=${module.stride ?? 1}, padding=${module.padding ?? 0}, dilation=${module.dilation ?? 1})`;
    case "rnn":
    case "lstm":
    case "gru": {
      if (recurrent === undefined) return undefined;
      const { kind, hidden, layers, isBoth } = recurrent;
      const settings = [
        ...(layers === 1 ? [] : [`num_layers=${layers}`]),
        ...(isBoth ? ["bidirectional=True"] : []),
        ...(kind === "rnn-relu" ? ['nonlinearity="relu"'] : []),
        ...(kind === "lstm-projection" ? [`proj_size=${outputs / (isBoth ? 2 : 1)}`] : []),
      ];
      return `nn.${module.kind.toUpperCase()}(${[inputs, hidden, ...settings].join(", ")})`;
    }
    default:
      return undefined;
  }
}

function activate(activation: TorchActivation | undefined, value: string): string {
  if (activation === undefined) return value;
  return activation === "softmax" ? `torch.softmax(${value}, dim=-1)` : `torch.${activation}(${value})`;
}

interface PythonPlace {
  readonly name: string;
  readonly modules: readonly WrittenModule[];
  readonly at: number;
}

function stepOf({ module }: WrittenModule, { name, modules, at }: PythonPlace): string {
  switch (module.kind) {
    case "rnn":
    case "lstm":
    case "gru": {
      if (modules[at + 1]?.module.kind !== "hidden") return `x, _ = ${name}(x)`;
      return module.kind === "lstm" ? `_, (h, _) = ${name}(x)` : `_, h = ${name}(x)`;
    }
    case "linear":
      return `x = ${activate(module.activation, `${name}(x)`)}`;
    case "conv1d":
      return `x = ${activate(module.activation, `${name}(x.permute(1, 2, 0)).permute(2, 0, 1)`)}`;
    case "embedding":
    case "layer-norm":
    case "batch-norm":
    case "dropout":
      return `x = ${name}(x)`;
    case "last":
      return "x = x[-1]";
    case "mean":
      return "x = x.mean(dim=0)";
    case "max":
      return "x = x.amax(dim=0)";
    case "hidden":
      return "x = torch.cat((h[-2], h[-1]), dim=1)";
    case "relu":
    case "tanh":
    case "sigmoid":
    case "softmax":
      return `x = ${activate(module.kind, "x")}`;
  }
}
