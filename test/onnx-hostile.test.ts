/** Damaged and hostile ONNX files: each ends in a RecurraError or runs, soon and without much memory. */
import { describe, expect, test } from "vitest";
import { create, toBinary } from "@bufbuild/protobuf";
import { readOnnx } from "../src/formats/onnx/index.ts";
import { ModelProtoSchema } from "../src/formats/onnx/schema/onnx.ts";
import type { GraphModel } from "../src/graph/graph-model.ts";
import { RecurraError } from "../src/util/errors.ts";
import { createRandom } from "../src/util/random.ts";
import type { Random } from "../src/util/random.ts";
import { buildOnnx } from "./support/build-onnx.ts";
import type { OnnxGraph, OnnxNodeSpec } from "./support/build-onnx.ts";
import { floats, ints, operatorCases, whole } from "./support/operator-cases.ts";

const loop = operatorCases["Loop"]![0]!.attributes!["body"]!;

/** A small model with a bit of everything: an LSTM, a convolution, a loop, shapes that are computed. */
const model: OnnxGraph = {
  inputs: [{ name: "x", type: "float32", shape: ["T", 1, 3] }],
  nodes: [
    {
      op: "LSTM",
      inputs: ["x", "w", "r", "b"],
      outputs: ["y", "", "c"],
      attributes: { hidden_size: 2, direction: "bidirectional", clip: { float: 3 } },
    },
    { op: "Shape", inputs: ["x"], outputs: ["shape"] },
    { op: "Gather", inputs: ["shape", "zero"], outputs: ["steps"] },
    { op: "Concat", inputs: ["steps", "two"], outputs: ["sizes"], attributes: { axis: 0 } },
    { op: "Expand", inputs: ["one", "sizes"], outputs: ["ones"] },
    { op: "Transpose", inputs: ["x"], outputs: ["turned"], attributes: { perm: [1, 2, 0] } },
    { op: "Conv", inputs: ["turned", "k"], outputs: ["conv"], attributes: { pads: [1, 1] } },
    { op: "Loop", inputs: ["turns", "", "pair"], outputs: ["v", "seen"], attributes: { body: loop } },
    { op: "ReduceMean", inputs: ["conv"], outputs: ["mean"] },
    { op: "Add", inputs: ["mean", "v"], outputs: ["sum"] },
  ],
  outputs: ["y", "c", "ones", "sum", "seen"].map((name) => ({ name, type: "float32" as const })),
  constants: {
    w: floats([2, 8, 3]),
    r: floats([2, 8, 2]),
    b: floats([2, 16]),
    k: floats([2, 3, 3]),
    zero: ints(0),
    two: ints(2),
    one: floats([1, 1]),
    turns: ints(9),
    pair: floats([2], 0.5, 1),
  },
};

type Ended = "ran" | RecurraError["code"];

/** Reads a file and runs it; anything but a RecurraError of its making is thrown on. */
async function use(bytes: Uint8Array): Promise<Ended> {
  let read: GraphModel | undefined;
  try {
    read = await readOnnx(bytes, { backend: "reference" });
    await read.run({ x: { shape: [4, 1, 3], data: new Float32Array(12).fill(0.5) } });
    return "ran";
  } catch (error) {
    if (error instanceof RecurraError && error.code !== "internal/impossible") return error.code;
    throw error;
  } finally {
    read?.dispose();
  }
}

function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = bytes.slice();
  const any = (): number => random.integer(changed.length);
  switch (random.integer(5)) {
    case 0:
      return changed.subarray(0, any());
    case 1:
      for (let n = 1 + random.integer(4); n > 0; n--) changed[any()]! ^= 1 << random.integer(8);
      return changed;
    case 2:
      for (let n = 1 + random.integer(3); n > 0; n--) changed[any()] = random.integer(256);
      return changed;
    case 3: {
      // A varint that is far too large, or negative.
      const at = any();
      changed.fill(0xff, at, at + 1 + random.integer(9));
      return changed;
    }
    default: {
      const from = any();
      changed.copyWithin(any(), from, from + random.integer(64));
      return changed;
    }
  }
}

test("the model is whole before it is changed", async () => {
  expect(await use(buildOnnx(model))).toBe("ran");
});

test("400 changed files each end in a RecurraError or run, within two seconds each", { timeout: 120_000 }, async () => {
  const bytes = buildOnnx(model);
  const random = createRandom(2024);
  const ended = new Map<Ended, number>();
  let slowest = 0;
  for (let n = 0; n < 400; n++) {
    const begin = performance.now();
    const one = await use(mutate(bytes, random));
    slowest = Math.max(slowest, performance.now() - begin);
    ended.set(one, (ended.get(one) ?? 0) + 1);
  }
  expect(slowest).toBeLessThan(2000);
  expect([...ended.keys()]).toEqual(expect.arrayContaining(["ran", "onnx/bad-file"]));
  expect(ended.size).toBeGreaterThan(4);
});

const info = (name: string) => ({ name, type: "float32" as const });
const one = (nodes: readonly OnnxNodeSpec[], constants: OnnxGraph["constants"] = {}): Uint8Array =>
  buildOnnx({ inputs: [{ name: "x", type: "float32" }], nodes, outputs: [info("y")], constants });

/** A graph in a graph in a graph. */
function nest(depth: number): OnnxGraph {
  const branch = depth === 0 ? undefined : nest(depth - 1);
  return {
    inputs: [],
    outputs: [info(`y${depth}`)],
    nodes: [
      branch === undefined
        ? { op: "Identity", inputs: ["x"], outputs: ["y0"] }
        : {
            op: "If",
            inputs: ["t"],
            outputs: [`y${depth}`],
            attributes: { then_branch: branch, else_branch: nest(0) },
          },
    ],
  };
}

describe("hostile files", () => {
  const truth = whole("bool", [], 1, 1);
  const cases: readonly (readonly [string, Uint8Array, string])[] = [
    ["nothing", new Uint8Array(), "onnx/bad-file"],
    ["a text", new TextEncoder().encode("this is no model, only words"), "onnx/bad-file"],
    ["a model without a graph", toBinary(ModelProtoSchema, create(ModelProtoSchema, {})), "onnx/bad-file"],
    [
      "an operator that nobody knows",
      one([{ op: "Frobnicate", inputs: ["x"], outputs: ["y"] }]),
      "onnx/unknown-operator",
    ],
    [
      "an operator of another's",
      one([{ op: "Relu", domain: "org.example", inputs: ["x"], outputs: ["y"] }]),
      "onnx/unknown-operator",
    ],
    [
      "an attribute that nobody knows",
      one([{ op: "Relu", inputs: ["x"], outputs: ["y"], attributes: { slope: 1 } }]),
      "onnx/bad-node",
    ],
    [
      "a value that is read before it is there",
      one([
        { op: "Relu", inputs: ["z"], outputs: ["y"] },
        { op: "Relu", inputs: ["y"], outputs: ["z"] },
      ]),
      "graph/undefined-value",
    ],
    [
      "a value that is defined twice",
      one([
        { op: "Relu", inputs: ["x"], outputs: ["y"] },
        { op: "Relu", inputs: ["x"], outputs: ["y"] },
      ]),
      "graph/defined-twice",
    ],
    [
      "an output of 2^50 numbers",
      one([{ op: "ConstantOfShape", inputs: ["n"], outputs: ["y"] }], { n: ints(2 ** 30, 2 ** 20) }),
      "graph/bad-value",
    ],
    [
      "graphs nested 40 deep",
      buildOnnx({ ...nest(40), inputs: [{ name: "x", type: "float32" }], constants: { t: truth } }),
      "onnx/bad-file",
    ],
  ];
  test.each(cases)("%s", async (_, bytes, code) => {
    expect(await use(bytes)).toBe(code);
  });

  test("a loop without an end", { timeout: 60_000 }, async () => {
    const forever: OnnxGraph = {
      inputs: [
        { name: "turn", type: "int64" },
        { name: "goes", type: "bool" },
        { name: "v", type: "float32" },
      ],
      nodes: [
        { op: "Identity", inputs: ["goes"], outputs: ["again"] },
        { op: "Identity", inputs: ["v"], outputs: ["w"] },
      ],
      outputs: [{ name: "again", type: "bool" }, info("w")],
    };
    const loops = { op: "Loop", inputs: ["", "t", "x"], outputs: ["y"], attributes: { body: forever } };
    expect(await use(one([loops], { t: truth }))).toBe("graph/too-deep");
  });

  test("ten thousand nodes of one name, each read as several", async () => {
    const nodes = Array.from({ length: 10_000 }, (_, n) => ({
      op: "Softmax",
      name: "n",
      inputs: ["x"],
      outputs: [`y${n}`],
    }));
    const x = { name: "x", type: "float32", shape: [2, 1, 3] } as const;
    const read = await readOnnx(buildOnnx({ inputs: [x], nodes, outputs: [info("y9999")] }, { "": 11 }));
    const names = read.graph.nodes.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    read.dispose();
  });

  test("a tensor that says it is larger than its bytes", async () => {
    const whole = one([{ op: "Add", inputs: ["x", "c"], outputs: ["y"] }], { c: floats([4, 1, 3]) });
    // The dims 4, 1, 3 of the constant, each after its key.
    const at = whole.findIndex((_, i) => [8, 4, 8, 1, 8, 3].every((byte, k) => whole[i + k] === byte));
    whole[at + 1] = 127;
    await expect(readOnnx(whole)).rejects.toMatchObject({
      code: "onnx/bad-file",
      message: expect.stringMatching(/holds 12 numbers/) as string,
    });
  });
});
