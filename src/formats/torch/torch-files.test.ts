/** Files of torch.save and TorchScript, small ones and hostile ones. */
import { describe, expect, test } from "vitest";
import { readTorchFiles } from "../../../test/support/torch-files.ts";
import { RecurraError } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";
import { isZip, readZip, writeZip } from "../../util/zip.ts";
import { readTorch } from "./index.ts";

const files = readTorchFiles();

test.each(files)("$name", async ({ bytes, input, output }) => {
  const model = await readTorch(bytes, { backend: "wasm" });
  const result = await model.run({ input });
  expect(result["output"]?.shape).toEqual(output.shape);
  for (const [i, value] of output.data.entries())
    expect(Math.abs(Number(result["output"]!.data[i]) - value)).toBeLessThan(2e-6);
  // The states of a cell by itself, a network of the same layers.
  const { spec } = model.network();
  expect(spec.layers.length).toBeGreaterThan(0);
});

test("a module that was saved whole says what a state_dict does not", async () => {
  const whole = files.find(({ name }) => name === "whole module")!;
  const { inputs } = await readTorch(whole.bytes);
  expect(inputs[0]?.shape).toEqual(["batch", "steps", 2]);
  const sequential = files.find(({ name }) => name === "sequential")!;
  const { spec } = (await readTorch(sequential.bytes)).network();
  expect(spec.layers.map((layer) => (layer.kind === "cell" ? layer.cell.name : layer))).toEqual([
    "dense-relu",
    { kind: "dropout", rate: 0.25 },
    "dense",
  ]);
});

const encoder = new TextEncoder();

/** Instructions of a pickle: numbers are bytes, texts themselves. */
function pickle(...parts: readonly (string | number | readonly number[])[]): Uint8Array {
  const bytes = parts.flatMap((part) =>
    typeof part === "string" ? [...encoder.encode(part)] : typeof part === "number" ? [part] : part,
  );
  return Uint8Array.from([0x80, 2, ...bytes]);
}

const text = (value: string): readonly number[] => [0x58, value.length, 0, 0, 0, ...encoder.encode(value)];
const size = (value: number): readonly number[] => [
  0x4a,
  value & 255,
  (value >> 8) & 255,
  (value >> 16) & 255,
  (value >> 24) & 255,
];

function archive(data: Uint8Array, numbers = new Uint8Array(64)): Uint8Array {
  return writeZip(
    new Map([
      ["m/data.pkl", data],
      ["m/data/0", numbers],
      ["m/version", encoder.encode("3\n")],
    ]),
  );
}

/** `{ "fc.weight": a tensor }` of this storage, offset, shape and strides. */
function tensorFile(length: number, offset: number, shape: readonly number[], strides: readonly number[]): Uint8Array {
  const tuple = (values: readonly number[]): (string | number | readonly number[])[] => ["(", ...values.map(size), "t"];
  const storage = ["(", text("storage"), "ctorch\nFloatStorage\n", text("0"), text("cpu"), size(length), "tQ"] as const;
  return archive(
    pickle(
      "}",
      "(",
      text("fc.weight"),
      "ctorch._utils\n_rebuild_tensor_v2\n",
      "(",
      ...storage,
      size(offset),
      ...tuple(shape),
      ...tuple(strides),
      "tR",
      "u.",
    ),
  );
}

describe("hostile files", () => {
  test.each<[string, Uint8Array, string, RegExp]>([
    ["a call of the system", archive(pickle("cos\nsystem\n(", text("true"), "tR.")), "torch/refused", /"os\.system"/],
    [
      "a name put together from texts",
      archive(pickle("c__builtin__\neval\n", ".")),
      "torch/refused",
      /__builtin__\.eval/,
    ],
    [
      "a name by protocol 4",
      archive(pickle(text("builtins"), text("exec"), 0x93, ".")),
      "torch/refused",
      /builtins\.exec/,
    ],
    ["a storage that is called", archive(pickle("ctorch\nFloatStorage\n(tR.")), "torch/refused", /FloatStorage/],
    [
      "an object of a function",
      archive(pickle("ccollections\nOrderedDict\n)", 0x81, ".")),
      "torch/refused",
      /OrderedDict/,
    ],
    [
      "classes of TorchScript where there is no code",
      archive(pickle("c__torch__\nNet\n)", 0x81, ".")),
      "torch/refused",
      /__torch__\.Net/,
    ],
    [
      "Python's own prototypes",
      archive(pickle("c__proto__\nconstructor\n.")),
      "torch/refused",
      /__proto__\.constructor/,
    ],
    ["another instruction", archive(pickle(0xff, ".")), "torch/bad-pickle", /instruction 255/],
    ["no end", archive(pickle("}")), "torch/bad-pickle", /ends within its pickle/],
    ["nothing on the stack", archive(pickle(".")), "torch/bad-pickle", /no value/],
    ["a mark that is taken twice", archive(pickle("(t", "t.")), "torch/bad-pickle", /no mark/],
    ["something that was never stored", archive(pickle("h", 7, ".")), "torch/bad-pickle", /stored as 7/],
    [
      "a number of four billion bytes",
      archive(pickle(0x8b, 255, 255, 255, 255, ".")),
      "torch/bad-pickle",
      /number has/,
    ],
    ["a text of four billion bytes", archive(pickle("X", 255, 255, 255, 255, ".")), "torch/bad-pickle", /ends within/],
    ["a list in itself", archive(pickle("]q", 0, "h", 0, "a.")), "torch/bad-file", /no state_dict/],
    [
      "a dictionary in itself",
      archive(pickle("}q", 0, "(", text("a"), "h", 0, "u.")),
      "torch/bad-file",
      /no state_dict/,
    ],
    [
      "a module in itself",
      archive(pickle("ctorch.nn.modules.container\nSequential\n)", 0x81, "q", 0, "}(", text("a"), "h", 0, "ub.")),
      "torch/bad-file",
      /within themselves/,
    ],
    [
      "a storage larger than the file",
      tensorFile(2 ** 30, 0, [4, 4], [4, 1]),
      "torch/bad-file",
      /of its storage, but the file has 64/,
    ],
    ["a shape larger than the storage", tensorFile(16, 0, [5, 4], [4, 1]), "torch/bad-file", /reaches past the 16/],
    ["an offset past the end", tensorFile(16, 1, [4, 4], [4, 1]), "torch/bad-file", /reaches past/],
    [
      "a shape of one number, repeated",
      tensorFile(16, 0, [100_000, 100_000], [0, 0]),
      "torch/bad-file",
      /reaches past/,
    ],
    ["a negative size", tensorFile(16, 0, [-1, 4], [4, 1]), "torch/bad-pickle", /is given what/],
    ["strides of another count", tensorFile(16, 0, [4, 4], [1]), "torch/bad-pickle", /is given what/],
    [
      "a zip file of something else",
      writeZip(new Map([["a.txt", encoder.encode("a")]])),
      "torch/bad-file",
      /without a data\.pkl/,
    ],
    ["a bare pickle", pickle("}."), "torch/bad-file", /not one that torch\.save wrote/],
    ["a bare pickle with a call", pickle("cos\nsystem\n(", text("true"), "tR."), "torch/refused", /"os\.system"/],
    ["a text", encoder.encode("name,value\n1,2\n"), "file/not-safetensors", /no safetensors file/],
    ["nothing", new Uint8Array(), "file/truncated", /0 bytes/],
  ])("%s", async (_, bytes, code, message) => {
    const failure = readTorch(bytes);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ name: "RecurraError", code });
  });

  test("tensors that share their numbers a thousand times are not all read", async () => {
    const tensor = [
      "ctorch._utils\n_rebuild_tensor_v2\n(",
      "(",
      text("storage"),
      "ctorch\nFloatStorage\n",
      text("0"),
      text("cpu"),
      size(250_000),
      "tQ",
    ] as const;
    const name = (n: number): string => `l${n}.bias`;
    const entries = Array.from({ length: 200 }, (_, n) => [text(name(n)), "h", 0] as const).flat();
    const weights = Array.from({ length: 200 }, (_, n) => [text(`l${n}.weight`), "h", 0] as const).flat();
    const data = pickle(
      ...tensor,
      size(0),
      "(",
      size(250_000),
      "t(",
      size(1),
      "ttRq",
      0,
      "0}(",
      ...entries,
      ...weights,
      "u.",
    );
    const modules = Array.from({ length: 200 }, (_, n) => ({ kind: "layer-norm" as const, name: `l${n}` }));
    await expect(readTorch(archive(data, new Uint8Array(1_000_000)), { modules })).rejects.toThrow(
      /shares its numbers/,
    );
  });
});

/** The file with one of its bytes changed, some left out, or some put twice. */
function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  const at = Math.floor(random() * bytes.length);
  const count = 1 + Math.floor(random() * 8);
  switch (Math.floor(random() * 5)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + count)]);
    case 2:
      return Uint8Array.from([...bytes.subarray(0, at + count), ...bytes.subarray(at)]);
    default: {
      const changed = bytes.slice();
      for (let n = 0; n < count; n++) changed[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      return changed;
    }
  }
}

/** Changes within the pickle of a zip file, whose checksum is made anew. */
function mutateFile(bytes: Uint8Array, random: () => number): Uint8Array {
  if (!isZip(bytes) || random() < 0.2) return mutate(bytes, random);
  return writeZip(
    new Map(
      [...readZip(bytes)].map(([name, entry]) => [
        name,
        name.endsWith("/data.pkl") ? mutate(entry.read(), random) : entry.read(),
      ]),
    ),
  );
}

test.each(files)("changed at random it is read or refused, and nothing else: $name", async ({ bytes }) => {
  const random = createRandom(11);
  let refused = 0;
  for (let n = 0; n < 60; n++) {
    const changed = mutateFile(bytes, () => random.uniform());
    await readTorch(changed, { backend: "reference" }).catch((error: unknown) => {
      if (!(error instanceof RecurraError) || error.code === "internal/impossible") throw error;
      refused++;
    });
  }
  expect(refused).toBeGreaterThan(20);
});
