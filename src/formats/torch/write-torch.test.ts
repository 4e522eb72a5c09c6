import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { batch, inputsOf, modelOf, sampleSpecs, steps } from "../../../test/support/sample-networks.ts";
import { cell } from "../../language/index.ts";
import { graphOf } from "../../graph/from-network.ts";
import { createModel, network } from "../../network/index.ts";
import type { Model, NetworkSpec } from "../../network/index.ts";
import { readSafetensors } from "../../util/safetensors.ts";
import { readTorch, writeTorch } from "./index.ts";

/** Networks that PyTorch can hold. */
const specs: Readonly<Record<string, () => NetworkSpec>> = {
  rnn: () => network({ features: 3 }).recurrent("rnn", { size: 4 }).build(),
  "rnn with rectified units, in both directions": () =>
    network({ features: 3 }).recurrent("rnn-relu", { size: 4, direction: "both" }).dense(2).build(),
  lstm: () => network({ features: 3 }).recurrent("lstm", { size: 4 }).build(),
  "lstm of three layers, in both directions": () =>
    network({ features: 3 })
      .recurrent("lstm", { size: 4, direction: "both" })
      .recurrent("lstm", { size: 4, direction: "both" })
      .recurrent("lstm", { size: 4, direction: "both" })
      .build(),
  "lstm with a projection": () =>
    network({ features: 3 })
      .recurrent("lstm-projection", { size: 5, sizes: { P: 2 }, direction: "both" })
      .recurrent("lstm-projection", { size: 5, sizes: { P: 2 }, direction: "both" })
      .last()
      .build(),
  "gru, and what stands around it": () =>
    network({ tokens: 7 })
      .embedding(4)
      .recurrent("gru", { size: 4 })
      .dropout(0.4)
      .recurrent("gru", { size: 4 })
      .normalise()
      .mean()
      .dense(5, { activation: "relu" })
      .dense(2, { activation: "tanh" })
      .build(),
  "a convolution": () =>
    network({ features: 3 })
      .convolution(4, { kernel: 3, dilation: 2, activation: "relu" })
      .convolution(4, { kernel: 2, padding: "valid", stride: 2 })
      .max()
      .dense(2, { activation: "sigmoid" })
      .build(),
  "the last states of both directions": () =>
    network({ features: 3 })
      .recurrent("lstm", { size: 4, direction: "both" })
      .recurrent("lstm", { size: 4, direction: "both" })
      .final()
      .dropout(0.4)
      .dense(2)
      .build(),
  "last states of gates without cells": () =>
    network({ tokens: 7 }).embedding(3).recurrent("gru", { size: 4, direction: "both" }).final().dense(2).build(),
  "tied weights": () => sampleSpecs["tied weights"]!(),
  "one dense layer": () => network({ features: 3 }).dense(2, { activation: "relu" }).build(),
};

function predict(model: Model, spec: NetworkSpec): Float32Array {
  return model.predict({ steps, batch, inputs: inputsOf(spec) }) as Float32Array;
}

test.each(Object.keys(specs))("what is written comes back with every bit: %s", async (name) => {
  const spec = specs[name]!();
  const model = modelOf(spec);
  const { bytes } = writeTorch(model);
  const again = (await readTorch(bytes, { backend: "wasm" })).network();
  expect(predict(again, spec)).toEqual(predict(model, spec));
  // Tied weights are in the file twice, and are apart when they come back.
  if (name !== "tied weights") expect(again.parameters).toEqual(model.parameters);
  expect(again.spec.layers.map(({ kind }) => kind)).toEqual(spec.layers.map(({ kind }) => kind));
  expect(writeTorch(again).bytes).toEqual(bytes);
  expect(writeTorch(graphOf(model)).bytes).toEqual(bytes);
});

test("tensors have PyTorch's names and shapes", () => {
  const { tensors, metadata } = readSafetensors(writeTorch(modelOf(specs["lstm with a projection"]!())).bytes);
  const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
  expect(metadata.get("format")).toBe("pt");
  expect(shapes).toMatchObject({
    "lstm.weight_ih_l0": [20, 3],
    "lstm.weight_hh_l0": [20, 2],
    "lstm.weight_hr_l0": [2, 5],
    "lstm.weight_ih_l1_reverse": [20, 4],
    "lstm.bias_hh_l1_reverse": [20],
  });
});

test("the lines of Python that take last states", () => {
  const lines = (name: string): readonly string[] => writeTorch(modelOf(specs[name]!())).python.split("\n");
  expect(lines("the last states of both directions").slice(5, 19)).toEqual([
    "class Model(nn.Module):",
    "    def __init__(self):",
    "        super().__init__()",
    "        self.lstm = nn.LSTM(3, 4, num_layers=2, bidirectional=True)",
    "        self.dropout = nn.Dropout(0.4)",
    "        self.linear = nn.Linear(8, 2)",
    "",
    "    def forward(self, x):  # [steps, batch, size]",
    "        _, (h, _) = self.lstm(x)",
    "        x = torch.cat((h[-2], h[-1]), dim=1)",
    "        x = self.dropout(x)",
    "        x = self.linear(x)",
    "        return x",
    "",
  ]);
  expect(lines("last states of gates without cells")).toContain("        _, h = self.gru(x)");
});

test("final outputs with a dropout before them, or of a layer that reads forward", () => {
  const lines = (direction: "forward" | "both"): string =>
    writeTorch(modelOf(network({ features: 3 }).recurrent("gru", { size: 4, direction }).dropout(0.4).final().build()))
      .python;
  expect(lines("both")).toMatch(/_, h = self.gru\(x\)\n +x = torch.cat\(.*\n +x = self.dropout\(x\)\n +return x/);
  expect(lines("forward")).toMatch(/x, _ = self.gru\(x\)\n +x = self.dropout\(x\)\n +x = x\[-1\]\n +return x/);
});

test("the lines of Python", () => {
  expect(writeTorch(modelOf(specs["lstm"]!())).python).toBe(`import torch
from torch import nn
from safetensors.torch import load_file

model = nn.LSTM(3, 4)
model.load_state_dict(load_file("model.safetensors"))
model.eval()
`);
  expect(writeTorch(modelOf(specs["gru, and what stands around it"]!())).python).toBe(`import torch
from torch import nn
from safetensors.torch import load_file


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(7, 4)
        self.gru = nn.GRU(4, 4)
        self.dropout = nn.Dropout(0.4)
        self.gru2 = nn.GRU(4, 4)
        self.norm = nn.LayerNorm(4)
        self.linear = nn.Linear(4, 5)
        self.linear2 = nn.Linear(5, 2)

    def forward(self, x):  # tokens [steps, batch]
        x = self.embedding(x)
        x, _ = self.gru(x)
        x = self.dropout(x)
        x, _ = self.gru2(x)
        x = self.norm(x)
        x = x.mean(dim=0)
        x = torch.relu(self.linear(x))
        x = torch.tanh(self.linear2(x))
        return x


model = Model()
model.load_state_dict(load_file("model.safetensors"))
model.eval()
`);
});

test.each<[string, () => NetworkSpec, RegExp]>([
  [
    "another cell",
    () => network({ features: 2 }).recurrent("gru-v1", { size: 2 }).build(),
    /Layer 0 \(gru-v1\) has no module/,
  ],
  [
    "a cell of one's own",
    () => network({ features: 2 }).recurrent(cell("mine", "h' = tanh(W x + h)"), { size: 2 }).build(),
    /Layer 0 \(mine\) has no module/,
  ],
  [
    "one that runs backwards",
    () => network({ features: 2 }).recurrent("lstm", { size: 2, direction: "backward" }).build(),
    /runs backwards alone/,
  ],
  [
    "a residual path",
    () => network({ features: 2 }).recurrent("lstm", { size: 2, residual: true }).build(),
    /adds its input/,
  ],
  [
    "learned states",
    () => network({ features: 2 }).recurrent("lstm", { size: 2, initialState: "learned" }).build(),
    /learned states/,
  ],
  ["zoneout", () => sampleSpecs["zoneout"]!(), /has zoneout/],
  ["pooling", () => network({ features: 2 }).pool(2, "max").build(), /Layer 0 \(spatial-pool\)/],
  ["an even kernel", () => network({ features: 2 }).convolution(2, { kernel: 2 }).build(), /needs 0.5 zeros/],
  ["pictures", () => sampleSpecs["pictures"]!(), /reads pictures/],
  ["an encoder", () => sampleSpecs["an encoder"]!(), /with an encoder/],
])("what PyTorch cannot say is named: %s", (_, specOf, message) => {
  const act = (): unknown => writeTorch(modelOf(specOf()));
  expect(act).toThrow(message);
  expect(act).toThrow(expect.objectContaining({ code: "torch/cannot-write" }) as Error);
});

/** A Python that has PyTorch, if this machine has one. */
function findPython(): string | undefined {
  for (const python of ["python3", "/usr/bin/python3"])
    try {
      execFileSync(python, ["-c", "import torch"], { stdio: "ignore" });
      return python;
    } catch {
      continue;
    }
  return undefined;
}

const python = findPython();

/** Stands in for the package safetensors: F32 alone. */
const loader = `
import json, struct, sys, types, torch
def load_file(name):
    data = open(name, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    header.pop("__metadata__", None)
    read = lambda e: torch.frombuffer(bytearray(data[8 + length + e["data_offsets"][0]:8 + length + e["data_offsets"][1]]), dtype=torch.float32).reshape(e["shape"])
    return {name: read(entry) for name, entry in header.items()}
module = types.ModuleType("safetensors.torch")
module.load_file = load_file
sys.modules["safetensors"] = types.ModuleType("safetensors")
sys.modules["safetensors.torch"] = module
`;

test.skipIf(python === undefined)(
  "PyTorch gives the same numbers (skipped where python3 has no torch)",
  { timeout: 120_000 },
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), "recurra-torch-"));
    try {
      const names = Object.keys(specs);
      const script = [loader, "import os"];
      for (const [n, name] of names.entries()) {
        const spec = specs[name]!();
        const inputs = inputsOf(spec);
        const at = path.join(folder, String(n));
        const written = writeTorch(modelOf(spec));
        writeFileSync(`${at}.safetensors`, written.bytes);
        const shape = spec.input.kind === "tokens" ? [steps, batch] : [steps, batch, spec.input.size];
        script.push(
          written.python.replace("model.safetensors", `${at}.safetensors`),
          `x = torch.tensor(${JSON.stringify([...inputs])}, dtype=torch.float64).reshape(${JSON.stringify(shape)})`,
          `x = x.${spec.input.kind === "tokens" ? "long" : "float"}()`,
          "y = model(x)",
          "y = y[0] if isinstance(y, tuple) else y",
          `open(${JSON.stringify(`${at}.json`)}, "w").write(json.dumps(y.detach().flatten().tolist()))`,
        );
      }
      const file = path.join(folder, "check.py");
      writeFileSync(file, script.join("\n"));
      execFileSync(python!, [file]);
      for (const [n, name] of names.entries()) {
        const spec = specs[name]!();
        const wanted = JSON.parse(readFileSync(path.join(folder, `${n}.json`), "utf8")) as number[];
        const got = predict(modelOf(spec), spec);
        expect(wanted).toHaveLength(got.length);
        const worst = Math.max(...wanted.map((value, i) => Math.abs(value - got[i]!)));
        expect(worst, name).toBeLessThan(2e-6);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test("a model that was read runs on another backend too", async () => {
  const spec = specs["lstm"]!();
  const { bytes } = writeTorch(modelOf(spec));
  const model = (await readTorch(bytes)).network();
  const reference = createModel({ spec: model.spec, parameters: model.parameters, backend: "reference" });
  const [a, b] = [predict(modelOf(spec), spec), predict(reference, spec)];
  expect(Math.max(...b.map((value, i) => Math.abs(value - a[i]!)))).toBeLessThan(1e-6);
});
