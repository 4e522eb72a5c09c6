import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findShared, readFixture } from "../../../test/support/shared-fixtures.ts";
import type { FixtureTensor } from "../../../test/support/shared-fixtures.ts";
import { tolerances } from "../../../test/tolerances.ts";
import type { TensorLike } from "../../graph/tensor.ts";
import { writeSafetensors } from "../../util/safetensors.ts";
import { readTorch } from "./index.ts";
import type { TorchModule } from "./index.ts";

const folder = findShared("fixtures/torch");
const bytesOf = (file: string): Uint8Array => new Uint8Array(readFileSync(`${folder}/${file}`));

/** Largest error relative to 1 + |expected|. */
function errorOf(got: { readonly data: ArrayLike<number | bigint> } | undefined, wanted: ArrayLike<number>): number {
  expect(got?.data).toHaveLength(wanted.length);
  expect(wanted.length).toBeGreaterThan(0);
  const errors = Array.from(wanted, (value, i) => Math.abs(Number(got!.data[i]) - value) / (1 + Math.abs(value)));
  return Math.max(...errors);
}

/** The state_dict among the tensors of a fixture, as a file. */
function fileOf(tensors: Readonly<Record<string, FixtureTensor>>, names: readonly string[], prefix = ""): Uint8Array {
  return writeSafetensors(names.map((name) => [prefix + name, { ...tensors[`param.${name}`]! }]));
}

interface ModuleCase {
  readonly id: string;
  readonly file: string;
  readonly kind: string;
  readonly batch_first: boolean;
  readonly lengths: readonly number[] | null;
  readonly unbatched: boolean;
  readonly state_dict_order: readonly string[];
}

describe.skipIf(folder === undefined)("PyTorch's modules (skipped where ../shared/fixtures is missing)", () => {
  const cases =
    folder === undefined
      ? []
      : (JSON.parse(readFileSync(`${folder}/modules.json`, "utf8")) as { readonly cases: readonly ModuleCase[] }).cases;

  test("there are cases", () => expect(cases.length).toBeGreaterThan(60));

  test.each(cases)("$id", async (one) => {
    const tensors = readFixture(`${folder}/${one.file}`);
    const model = await readTorch(fileOf(tensors, one.state_dict_order), {
      batchFirst: one.batch_first && !one.unbatched,
      lengths: one.lengths !== null,
      nonlinearity: one.kind === "RNN_RELU" ? "relu" : "tanh",
      backend: "wasm",
    });
    // Where there is no batch, one member is put in.
    const given = (name: string): TensorLike => {
      const { shape, data } = tensors[name]!;
      return { shape: one.unbatched ? [shape[0]!, 1, ...shape.slice(1)] : shape, data };
    };
    const states = ["h_0", "c_0"].filter((name) => tensors[name] !== undefined);
    const result = await model.run({
      input: given("input"),
      ...Object.fromEntries(states.map((name) => [name, given(name)])),
      ...(one.lengths === null ? {} : { lengths: { shape: [one.lengths.length], data: one.lengths } }),
    });
    for (const name of ["output", "h_n", "c_n"].filter((each) => tensors[each] !== undefined)) {
      if (!one.unbatched) expect(result[name]?.shape).toEqual(tensors[name]!.shape);
      expect(errorOf(result[name], tensors[name]!.data), name).toBeLessThan(tolerances.torchOutput32);
    }
    model.dispose();
  });

  for (const kind of ["rnncell_tanh", "rnncell_relu", "grucell", "lstmcell"])
    for (const bias of ["", "_nobias"])
      test(`${kind}${bias}`, async () => {
        const tensors = readFixture(`${folder}/cells/${kind}${bias}_float64.safetensors`);
        const names = Object.keys(tensors).filter((name) => name.startsWith("param."));
        const model = await readTorch(
          fileOf(
            tensors,
            names.map((name) => name.slice("param.".length)),
          ),
          { nonlinearity: kind === "rnncell_relu" ? "relu" : "tanh", backend: "wasm" },
        );
        const states = ["h", "c"].filter((name) => tensors[name] !== undefined);
        const result = await model.run({
          input: tensors["x"]!,
          ...Object.fromEntries(states.map((name) => [`${name}_0`, tensors[name]!])),
        });
        for (const name of states)
          expect(errorOf(result[`${name}_1`], tensors[`${name}1`]!.data)).toBeLessThan(tolerances.torchOutput32);
      });
});

describe.skipIf(folder === undefined)("files of torch.save (skipped where ../shared/fixtures is missing)", () => {
  test("a state_dict of a bidirectional LSTM", async () => {
    const { "io.input": input, ...wanted } = readFixture(`${folder}/checkpoints/lstm2_bi_state_dict.safetensors`);
    const model = await readTorch(bytesOf("checkpoints/lstm2_bi_state_dict.pt"), { batchFirst: true });
    const result = await model.run({ input: input! });
    for (const name of ["output", "h_n", "c_n"])
      expect(errorOf(result[name], wanted[`io.${name}`]!.data)).toBeLessThan(1e-6);
    expect(model.network().spec.layers).toMatchObject([
      { cell: { name: "lstm" }, size: 8, direction: "both" },
      { cell: { name: "lstm" }, size: 8, direction: "both" },
    ]);
  });

  test("the same tensors as safetensors give the same numbers", async () => {
    const { "io.input": input } = readFixture(`${folder}/checkpoints/lstm2_bi_state_dict.safetensors`);
    const results = [];
    for (const file of ["lstm2_bi_state_dict.pt", "lstm2_bi_state_dict.safetensors"])
      results.push(
        await (await readTorch(bytesOf(`checkpoints/${file}`), { batchFirst: true })).run({ input: input! }),
      );
    expect(results[1]).toEqual(results[0]);
  });

  test.each(["gru_train_checkpoint.pth", "gru_train_checkpoint.safetensors"])(
    "a checkpoint of a training, with an embedding, a normalisation and a head: %s",
    async (file) => {
      const io = readFixture(`${folder}/checkpoints/gru_train_checkpoint.safetensors`);
      const model = await readTorch(bytesOf(`checkpoints/${file}`));
      const result = await model.run({ input: io["io.tokens"]! });
      expect(result["output"]?.shape).toEqual(io["io.logits"]!.shape);
      expect(errorOf(result["output"], io["io.logits"]!.data)).toBeLessThan(2e-6);
      expect(errorOf(result["h_n"], io["io.h_n"]!.data)).toBeLessThan(1e-6);
    },
  );

  test("a checkpoint as a network gives the same numbers, and goes on as a stream", async () => {
    const io = readFixture(`${folder}/checkpoints/gru_train_checkpoint.safetensors`);
    const model = (await readTorch(bytesOf("checkpoints/gru_train_checkpoint.pth"), { backend: "wasm" })).network();
    expect(model.spec.input).toEqual({ kind: "tokens", size: 11 });
    expect(model.spec.layers.map((layer) => (layer.kind === "cell" ? layer.cell.name : layer.kind))).toEqual([
      "embedding",
      "gru",
      "gru",
      "layer-norm",
      "dense",
    ]);
    const { data: inputs } = io["io.tokens"]!;
    const wanted = io["io.logits"]!.data;
    expect(errorOf({ data: model.predict({ steps: 5, batch: 3, inputs }) }, wanted)).toBeLessThan(2e-6);
    const session = model.session({ batch: 3 });
    for (let step = 0; step < 5; step++) {
      const outputs = session.step(inputs.slice(step * 3, step * 3 + 3));
      expect(errorOf({ data: outputs }, wanted.slice(step * 33, (step + 1) * 33))).toBeLessThan(2e-6);
    }
  });

  test("a file in the older form, with a projection", async () => {
    const model = await readTorch(bytesOf("checkpoints/lstm_proj_legacy_format.pt"));
    const same = await readTorch(bytesOf("checkpoints/lstm_proj_legacy_format.safetensors"));
    const input = { shape: [4, 2, 3], data: Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)) };
    const result = await model.run({ input });
    expect(result["output"]?.shape).toEqual([4, 2, 2]);
    expect(result["c_n"]?.shape).toEqual([1, 2, 4]);
    expect(result).toEqual(await same.run({ input }));
  });

  test("a pickle that asks for something to be run is refused by name", async () => {
    await expect(readTorch(bytesOf("checkpoints/malicious_reduce.pt"))).rejects.toMatchObject({
      code: "torch/refused",
      message: expect.stringContaining('"posix.system"') as string,
    });
  });
});

/** Tensors of given shapes, with numbers that differ. */
function tensorsOf(shapes: Readonly<Record<string, readonly number[]>>): Uint8Array {
  let seed = 0;
  return writeSafetensors(
    Object.entries(shapes).map(([name, shape]) => {
      const length = shape.reduce((product, n) => product * n, 1);
      return [name, { shape, data: Float32Array.from({ length }, () => Math.sin(++seed * 1.7)) }];
    }),
  );
}

const gru = {
  "gru.weight_ih_l0": [12, 3],
  "gru.weight_hh_l0": [12, 4],
  "gru.bias_ih_l0": [12],
  "gru.bias_hh_l0": [12],
};

describe("what names and sizes leave open is asked for", () => {
  test.each<[string, Readonly<Record<string, readonly number[]>>, RegExp]>([
    [
      "what stands between two linear layers",
      { "fc1.weight": [4, 3], "fc1.bias": [4], "fc2.weight": [2, 4], "fc2.bias": [2] },
      /what stands between "fc1".*\{ modules: \[\{ kind: "linear", name: "fc1" \}, \{ kind: "linear", name: "fc2" \}\] \}.*fc1\.weight \[4, 3\]/,
    ],
    [
      "which of two comes first",
      { ...gru, "gru.weight_ih_l0": [12, 4], "n.weight": [4], "n.bias": [4] },
      /more than one order/,
    ],
    ["what does not fit", { ...gru, "fc.weight": [2, 7], "fc.bias": [2] }, /no order of its modules fits/],
    ["what a tensor is", { ...gru, positions: [9, 4] }, /which module "positions" belongs to/],
    ["what a module is", { "conv.weight": [3, 3, 3, 3], "conv.bias": [3] }, /which module "conv.weight" belongs to/],
    ["how a convolution goes", { "conv.weight": [3, 3, 3], "conv.bias": [3] }, /stride and padding of "conv"/],
    ["everything", { x: [2] }, /no tensors of modules that are known here: x \[2\]/],
  ])("%s", async (_, shapes, message) => {
    const failure = readTorch(tensorsOf(shapes));
    await expect(failure).rejects.toMatchObject({ code: "torch/unclear" });
    await expect(failure).rejects.toThrow(message);
  });

  test.each<[string, readonly TorchModule[], RegExp]>([
    ["one that is not there", [{ kind: "gru", name: "lstm" }], /tensors under "lstm" are not those of a gru/],
    ["one of another kind", [{ kind: "lstm", name: "gru" }], /not those of a lstm, but of gru/],
    [
      "one that does not fit",
      [
        { kind: "gru", name: "gru" },
        { kind: "linear", name: "wide" },
      ],
      /"wide" takes 7 numbers, but gets 4/,
    ],
    ["none", [], /no modules are given/],
    ["an unknown kind", [{ kind: "transformer" } as never], /modules\[0\]\.kind is "transformer"/],
    ["an unknown option", [{ kind: "last", size: 3 } as never], /modules\[0\] has "size"/],
    [
      "a recurrent one of a vector",
      [{ kind: "gru", name: "gru" }, { kind: "last" }, { kind: "gru", name: "gru" }],
      /needs a sequence/,
    ],
  ])("modules that cannot be: %s", async (_, modules, message) => {
    const bytes = tensorsOf({ ...gru, "wide.weight": [2, 7], "wide.bias": [2] });
    await expect(readTorch(bytes, { modules })).rejects.toThrow(message);
  });
});
