/** `recurra inspect` of models of other frameworks: those that are layers, and graphs that are no chain of them. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import type { CommandFolder } from "../../test/support/command.ts";
import { modelOf } from "../../test/support/sample-networks.ts";
import { twoHeadsFile } from "../../test/support/two-heads.ts";
import { writeOnnx } from "../formats/onnx/index.ts";
import { writeTorch } from "../formats/torch/index.ts";
import { network } from "../network/index.ts";

let made: CommandFolder;

beforeAll(async () => {
  const model = modelOf(network({ features: 3 }).recurrent("lstm", { size: 4 }).last().dense(2).build());
  made = await createCommandFolder({
    "heads.onnx": twoHeadsFile(),
    "ends.onnx": twoHeadsFile("backward"),
    "chain.onnx": writeOnnx(model),
    "state.safetensors": writeTorch(model).bytes,
    "broken.onnx": new Uint8Array(40).fill(255),
  });
});
afterAll(() => made.remove());

const silero = fileURLToPath(new URL("../../node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx", import.meta.url));

test("a graph is described: inputs, outputs, nodes, recurrent nodes with their equations, parameters", async () => {
  const { status, out } = await made.run("inspect", "heads.onnx");
  expect(status).toBe(0);
  for (const part of [
    "heads.onnx: a model of ONNX that is no chain of layers",
    /x +float32 +\[steps, batch, 3\]/,
    /mood +float32 +\[steps, batch, 2\]/,
    /2 Sigmoid/,
    // 5 × (3 + 5 + 1) for each gate of both, 5 more for the GRU's second bias, and the heads.
    "335 parameters in all",
    "It can go on step by step.",
    /lstm +5 +forward +180/,
    "c' = f * c + i * g",
    "h' = (1 - z) * n + z * h",
  ])
    expect(out).toMatch(part);
  expect((await made.run("inspect", "ends.onnx")).out).toMatch(/It cannot go on step by step\. .*from the end/);
});

test("as JSON, also of a graph in a graph", async () => {
  const heads = JSON.parse((await made.run("inspect", "heads.onnx", "--json")).out) as object;
  expect(heads).toMatchObject({
    format: "ONNX",
    inputs: [{ name: "x", type: "float32", shape: ["steps", "batch", 3] }],
    parameterCount: 335,
    operators: { gru: 1, lstm: 1, MatMul: 2, Sigmoid: 2 },
    streams: true,
  });
  const { cells } = JSON.parse((await made.run("inspect", silero, "--json")).out) as {
    readonly cells: readonly { readonly name: string; readonly size: number; readonly path: string }[];
  };
  expect(new Set(cells.map(({ name, size }) => `${name} ${size}`))).toEqual(new Set(["lstm 128"]));
  expect(new Set(cells.map(({ path }) => path)).size).toBe(cells.length);
});

test("what is about layers is refused for a graph, and works for a chain of them", async () => {
  for (const flags of [["--html", "page.html"], ["--weights"], ["--steps", "3"]]) {
    const { status, err } = await made.run("inspect", "heads.onnx", ...flags);
    expect(status).toBe(2);
    expect(err).toContain(`${flags[0]} has no meaning for heads.onnx, which is no chain of layers: `);
  }
  const { out } = await made.run("inspect", "chain.onnx");
  for (const part of ["chain.onnx: a network of ONNX, without a task", "lstm", "parameters in all", "Memory of"])
    expect(out).toContain(part);
  expect(JSON.parse((await made.run("inspect", "chain.onnx", "--json")).out)).toMatchObject({ format: "ONNX" });
  expect((await made.run("inspect", "state.safetensors")).out).toContain("a network of PyTorch");
  expect((await made.run("inspect", "chain.onnx", "--html", "page.html")).err).toContain("page written to page.html");
  expect(await made.read("page.html")).toContain("chain.onnx");
  const verify = await made.run("inspect", "chain.onnx", "--verify");
  expect([verify.status, verify.err]).toEqual([
    2,
    expect.stringContaining("--verify runs the self-test of a model of Recurra"),
  ]);
  const broken = await made.run("inspect", "broken.onnx");
  expect([broken.status, broken.err]).toEqual([1, expect.stringContaining("ONNX")]);
});
