/**
 * PyTorch's nn.RNN, nn.LSTM and nn.GRU, and their cells: outputs, final states and every gradient, on every path of ours.
 * Cases recorded in float64 are held to float64 straight from the equations and by interpreted kernels, those in float32 to float32 in WebAssembly.
 */
import { describe, expect, test } from "vitest";
import type { Backend, Numbers } from "../src/engine/backend.ts";
import { compileOn } from "../src/engine/compile.ts";
import { createInterpreterBackend } from "../src/engine/interpreter-backend.ts";
import { createWasmBackend } from "../src/engine/wasm-backend.ts";
import { expectTorchResults } from "./support/expect-torch.ts";
import { stack, torchCell, unstack } from "./support/torch-cells.ts";
import type { TorchCellKind, TorchStack } from "./support/torch-cells.ts";
import { readTorchCases, readTorchTensors } from "./support/torch-fixtures.ts";
import type { TorchTensors } from "./support/torch-fixtures.ts";
import { runTorchModule } from "./support/torch-modules.ts";
import type { TorchModule } from "./support/torch-modules.ts";
import { runTorchNetwork } from "./support/torch-network.ts";

/** A path from a cell to its numbers, and the precision it is held to where a case was recorded in float64. */
interface Path {
  readonly precision: "float64" | "float32";
  readonly create: () => Backend | undefined;
}

const paths: Readonly<Record<string, Path>> = {
  "straight from the equations": { precision: "float64", create: () => undefined },
  "by kernels interpreted": { precision: "float64", create: createInterpreterBackend },
  "by kernels in WebAssembly": { precision: "float32", create: createWasmBackend },
};

const modules = readTorchCases("modules") as readonly TorchModule[];

describe("PyTorch's recurrent modules", () => {
  test.skipIf(modules.length === 0)("are all there (skipped where ../shared/fixtures is missing)", () =>
    expect(modules).toHaveLength(66),
  );

  for (const [path, { precision, create }] of Object.entries(paths)) {
    const cases = modules.filter((one) => one.dtype === precision);
    test.each(cases.map((one) => [one.id, one] as const))(`%s ${path}`, (_, one) => {
      const tensors = readTorchTensors(one);
      expectTorchResults(runTorchModule(create(), one, tensors), tensors, one.dtype);
    });
  }

  test.each(modules.map((one) => [one.id, one] as const))("%s as a network", (_, one) => {
    const tensors = readTorchTensors(one);
    const recorded = Object.fromEntries(
      Object.entries(tensors).filter(([name]) => ["output", "h_n", "c_n"].includes(name)),
    );
    expectTorchResults(runTorchNetwork(createInterpreterBackend(), one, tensors), recorded, one.dtype);
  });
});

interface TorchStep {
  readonly id: string;
  readonly file: string;
  readonly kind: "RNNCell_tanh" | "RNNCell_relu" | "LSTMCell" | "GRUCell";
  readonly bias: boolean;
}

const stepKinds: Readonly<Record<TorchStep["kind"], TorchCellKind>> = {
  RNNCell_tanh: "RNN_TANH",
  RNNCell_relu: "RNN_RELU",
  LSTMCell: "LSTM",
  GRUCell: "GRU",
};

function runStep(backend: Backend | undefined, one: TorchStep, tensors: TorchTensors): Record<string, Numbers> {
  const kind = stepKinds[one.kind];
  const cell = torchCell(kind, one);
  const stacks: readonly TorchStack[] = one.bias
    ? ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
    : ["weight_ih", "weight_hh"];
  const [batch = 0, inputSize = 0] = tensors["x"]!.shape;
  const take = (prefix: string, suffix: string): Record<string, Float64Array> =>
    Object.fromEntries(cell.states.map(({ name }) => [name, tensors[prefix + name + suffix]!.data]));
  const compiled = compileOn(backend, cell, { inputSize, hiddenSize: tensors["h"]!.shape[1]! });
  const { states } = compiled.forward({
    steps: 1,
    batch,
    inputs: tensors["x"]!.data,
    parameters: Object.assign(
      {},
      ...stacks.map((name) => unstack(kind, name, tensors[`param.${name}`]!.data)),
    ) as Record<string, Float64Array>,
    states: take("", ""),
  });
  const back = compiled.backward({ dStates: take("R_", "1") });
  compiled.dispose();
  return {
    ...Object.fromEntries(Object.entries(states).map(([name, values]) => [`${name}1`, values])),
    "grad.x": back.dInputs,
    ...Object.fromEntries(Object.entries(back.dStates).map(([name, values]) => [`grad.${name}`, values])),
    ...Object.fromEntries(stacks.map((name) => [`grad.param.${name}`, stack(kind, name, back.dParameters)])),
  };
}

const steps = readTorchCases("cells") as readonly TorchStep[];

describe("PyTorch's recurrent cells", () => {
  test.skipIf(steps.length === 0)("are all there (skipped where ../shared/fixtures is missing)", () =>
    expect(steps).toHaveLength(8),
  );

  for (const [path, { precision, create }] of Object.entries(paths)) {
    test.each(steps.map((one) => [one.id, one] as const))(`%s ${path}`, (_, one) => {
      const tensors = readTorchTensors(one);
      expectTorchResults(runStep(create(), one, tensors), tensors, precision);
    });
  }
});
