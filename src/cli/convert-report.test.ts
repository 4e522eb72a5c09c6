/** What `recurra convert` says of what it wrote: held to the source's numbers, with everything that was left out. */
import { existsSync, writeFileSync } from "node:fs";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildOnnx } from "../../test/support/build-onnx.ts";
import type { OnnxGraph, OnnxNodeSpec } from "../../test/support/build-onnx.ts";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder, Said } from "../../test/support/command.ts";
import { floats } from "../../test/support/made-graphs.ts";
import { npy } from "../../test/support/npy.ts";
import { ModelProtoSchema, StringStringEntryProtoSchema } from "../formats/onnx/schema/onnx.ts";
import { readOnnx } from "../formats/onnx/index.ts";
import { integerTensor } from "../graph/tensors.ts";
import { createModel, initialiseNetwork, load, network, save } from "../index.ts";
import { writeZip } from "../util/zip.ts";
import { checkWritten } from "./check-written.ts";
import { isClose } from "./parity.ts";

let folder: CommandFolder;
beforeAll(async () => {
  folder = await createCommandFolder({});
});
afterAll(() => folder.remove());

/** An LSTM over what the nodes make `z` of, with its first and its last states. */
function lstmFile(before: readonly OnnxNodeSpec[] = [], more: Partial<OnnxGraph> = {}): Uint8Array {
  return buildOnnx(
    {
      inputs: [
        { name: "x", type: "float32", shape: ["T", "B", 3] },
        { name: "h0", type: "float32", shape: [1, "B", 2] },
        { name: "c0", type: "float32", shape: [1, "B", 2] },
      ],
      outputs: ["y", "hn", "cn"].map((name) => ({ name, type: "float32" })),
      constants: { W: floats([1, 8, 3]), R: floats([1, 8, 2]), one: integerTensor([1]) },
      nodes: [
        ...(before.length === 0 ? [{ op: "Identity", inputs: ["x"], outputs: ["z"] }] : before),
        {
          op: "LSTM",
          name: "lstm",
          inputs: ["z", "W", "R", "", "", "h0", "c0"],
          outputs: ["Y", "hn", "cn"],
          attributes: { hidden_size: 2 },
        },
        { op: "Squeeze", inputs: ["Y", "one"], outputs: ["y"] },
      ],
      ...more,
    },
    { "": 17 },
  );
}

const x = { shape: [4, 1, 3], data: Float32Array.from({ length: 12 }, (_, n) => Math.sin(n)) };
const zeros = { shape: [1, 1, 2], data: new Float32Array(2) };

function writeSample(
  name: string,
  arrays: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number | bigint> }>>,
): void {
  const files = Object.entries(arrays).map(([key, { shape, data }]): [string, Uint8Array] => [
    `${key}.npy`,
    npy("<f4", `(${shape.join(", ")})`, Float32Array.from(data as ArrayLike<number>)),
  ]);
  writeFileSync(folder.path(name), writeZip(new Map(files)));
}

interface Report {
  readonly compared: string;
  readonly differences: readonly { readonly what: string; readonly largest: number }[];
  readonly notes: readonly string[];
}

const reportOf = ({ out }: Said): Report => JSON.parse(out) as Report;

test("what a network leaves out of a graph is said, with what was compared", async () => {
  await folder.write("lstm.onnx", lstmFile());
  const said = await folder.run("convert", "lstm.onnx", "lstm.safetensors");
  expect(said.status).toBe(0);
  expect(said.out).toMatch(/output +\[5, 2, 2\]/);
  expect(said.out).toMatch(/layer 0 \(lstm\) +\[5, 1, 2\]/);
  expect(said.out).toContain("compared on random inputs (x [5, 2, 3], h0 [1, 2, 2], c0 [1, 2, 2])");
  expect(said.out.trimEnd().split("\n").at(-1)).toMatch(
    /lstm\.safetensors: \d+ bytes, the same numbers but for .*, within 0\.0001/,
  );
  for (const note of [
    "the input h0 is a first state: it starts at zero",
    "the input c0 is",
    "the output hn is left out",
    "the output cn is",
  ])
    expect(said.err).toContain(note);
});

describe("recorded numbers are held against what was written", () => {
  const arrays = async () => {
    const model = await readOnnx(lstmFile());
    const { y, hn } = await model.run({ x, h0: zeros, c0: zeros });
    return { x, h0: zeros, c0: zeros, y: y!, hn: hn! };
  };

  test.each(["safetensors", "keras", "onnx"])("as %s", async (ending) => {
    await folder.write("lstm.onnx", lstmFile());
    const good = await arrays();
    writeSample("good.npz", good);
    const report = reportOf(
      await folder.run("convert", "lstm.onnx", `good.${ending}`, "--check", "good.npz", "--json"),
    );
    expect(report.compared).toContain("the inputs of good.npz");
    const recorded = ending === "onnx" ? ["y (recorded)", "hn (recorded)"] : ["output (recorded)"];
    expect(report.differences.map(({ what }) => what)).toEqual(expect.arrayContaining(recorded));
    expect(report.notes.some((note) => note.includes("recorded for hn were not compared"))).toBe(ending !== "onnx");
    writeSample("bad.npz", {
      ...good,
      y: { shape: good.y.shape, data: Array.from(good.y.data as ArrayLike<number>, (value) => value + 0.1) },
    });
    const bad = await folder.run("convert", "lstm.onnx", `bad.${ending}`, "--check", "bad.npz");
    expect(bad.status).toBe(1);
    expect(bad.out).toContain("(recorded)");
    expect(bad.err.trimEnd().split("\n").at(-1)).toMatch(
      /\(recorded\) of bad\.\w+ differs by up to 0\.1.*more than 0\.0001 × \(1 \+ the largest number\); nothing was written/,
    );
    expect(existsSync(folder.path(`bad.${ending}`))).toBe(false);
  });

  test("inputs alone are run through the source, and a state that is not zero is a difference", async () => {
    await folder.write("lstm.onnx", lstmFile());
    writeSample("inputs.npz", { x, h0: zeros, c0: zeros });
    const said = await folder.run("convert", "lstm.onnx", "inputs.safetensors", "--check", "inputs.npz");
    expect(said.status).toBe(0);
    expect(said.out).toContain(
      "compared on the inputs of inputs.npz, which holds no output of the other framework for them",
    );
    writeSample("started.npz", { x, h0: { shape: [1, 1, 2], data: [1, -1] }, c0: zeros });
    const started = await folder.run("convert", "lstm.onnx", "started.safetensors", "--check", "started.npz");
    expect(started.status).toBe(1);
    expect(started.err).toContain("h0 is a first state: it starts at zero, but started.npz gives other numbers");
  });
});

test.each(["onnx", "recurra", "torch", "keras"] as const)(
  "a file of other weights is found out: %s",
  async (format) => {
    const model = await readOnnx(lstmFile());
    const other = network({ features: 3 }).recurrent("lstm", { size: 2 }).build();
    const wrong = createModel({ spec: other, parameters: initialiseNetwork(other, { seed: 1 }), backend: "wasm" });
    const { writeTorch, readTorch } = await import("../formats/torch/index.ts");
    const { writeKeras, readKeras } = await import("../formats/keras/index.ts");
    const results = {
      onnx: async () =>
        ({ format: "onnx", model: await readOnnx(lstmFile([{ op: "Tanh", inputs: ["x"], outputs: ["z"] }])) }) as const,
      recurra: () => Promise.resolve({ format: "recurra", model: load(save(wrong)) } as const),
      torch: async () => ({ format: "torch", model: await readTorch(writeTorch(wrong).bytes) }) as const,
      keras: async () =>
        ({ format: "keras", model: await readKeras((await writeKeras(wrong, { format: "keras" })).bytes) }) as const,
    };
    const { differences } = await checkWritten({
      source: { format: "onnx", model },
      result: await results[format](),
      sample: undefined,
      states: false,
    });
    expect(differences.length).toBeGreaterThan(1);
    expect(differences.every(isClose)).toBe(false);
  },
);

test("a computation that no layer has is refused, not dropped", async () => {
  const cast = (to: number, from: string, into: string): OnnxNodeSpec => ({
    op: "Cast",
    name: `to ${to}`,
    inputs: [from],
    outputs: [into],
    attributes: { to },
  });
  await folder.write("cast.onnx", lstmFile([cast(6, "x", "i"), cast(1, "i", "z")]));
  const said = await folder.run("convert", "cast.onnx", "cast.safetensors");
  expect(said.status).toBe(1);
  expect(said.err).toContain("No layer of a network stands for node to 6 (Cast)");
  expect(existsSync(folder.path("cast.safetensors"))).toBe(false);
});

test("what reading approximates is said whatever is written", async () => {
  const half = fromBinary(ModelProtoSchema, lstmFile());
  const weights = half.graph!.initializer.find(({ name }) => name === "W")!;
  weights.dataType = 10;
  weights.rawData = new Uint8Array(48).fill(0x30);
  half.graph!.node.unshift({
    ...half.graph!.node[0]!,
    opType: "Dropout",
    name: "noise",
    input: ["x"],
    output: ["d"],
    attribute: [],
  });
  half.graph!.node[1]!.input = ["d"];
  await folder.write("half.onnx", toBinary(ModelProtoSchema, half));
  for (const to of ["half.safetensors", "other.onnx"]) {
    const { notes } = reportOf(await folder.run("convert", "half.onnx", to, "--json"));
    expect(notes).toContainEqual("numbers of float16 are widened to float32, and so is what is computed of them: W");
    expect(notes).toContainEqual("dropout, which does nothing but in training, is left out: noise");
  }
});

describe("tensors in files beside an ONNX model", () => {
  const outside = (location: string): { readonly model: Uint8Array; readonly data: Uint8Array } => {
    const proto = fromBinary(ModelProtoSchema, lstmFile());
    const weights = proto.graph!.initializer.find(({ name }) => name === "W")!;
    const data = weights.rawData;
    weights.rawData = new Uint8Array();
    weights.dataLocation = 1;
    weights.externalData = [create(StringStringEntryProtoSchema, { key: "location", value: location })];
    return { model: toBinary(ModelProtoSchema, proto), data };
  };

  test("are read by the names that the model gives", async () => {
    const { model, data } = outside("weights/big.data");
    await folder.write("big.onnx", model);
    await folder.write("weights/big.data", data);
    await folder.write("plain.onnx", lstmFile());
    expect(await folder.run("convert", "big.onnx", "big.safetensors")).toMatchObject({ status: 0 });
    expect(await folder.run("convert", "plain.onnx", "plain.safetensors")).toMatchObject({ status: 0 });
    expect(await folder.bytes("big.safetensors")).toEqual(await folder.bytes("plain.safetensors"));
  });

  test("are named where they are missing, and never looked for elsewhere", async () => {
    await folder.write("lone.onnx", outside("lone.data").model);
    const missing = await folder.run("convert", "lone.onnx", "lone.safetensors");
    expect(missing.status).toBe(1);
    expect(missing.err).toMatch(/lone\.data, which holds weights of .*lone\.onnx, cannot be read/);
    for (const path of ["../secret.data", "/etc/passwd", "weights/../../secret.data", "C:\\secret"]) {
      await folder.write("far.onnx", outside(path).model);
      const far = await folder.run("convert", "far.onnx", "far.safetensors");
      expect(far.status).toBe(1);
      expect(far.err).toContain("which is no path beside it");
    }
  });
});
