/** `recurra convert` and `recurra build`, on small models. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCommandFolder } from "../../test/support/command.ts";
import { npy } from "../../test/support/npy.ts";
import type { CommandFolder, Said } from "../../test/support/command.ts";
import { writeOnnx } from "../formats/onnx/index.ts";
import { createGraphModel, createModel, initialiseNetwork, load, network, save } from "../index.ts";
import type { Graph, GraphModel } from "../index.ts";
import { writeZip } from "../util/zip.ts";

let folder: CommandFolder;
const at = (name: string): string => folder.path(name);

function modelOf(spec = network({ features: 3 }).recurrent("lstm", { size: 5 }).dropout(0.2).last().dense(2).build()) {
  return createModel({ spec, parameters: initialiseNetwork(spec, { seed: 2 }), backend: "wasm" });
}

const tokens = network({ tokens: 7 }).embedding(4).recurrent("gru", { size: 5 }).dense(3).build();
const strange = network({ features: 2 }).recurrent("janet", { size: 4 }).dense(1).build();

/** y = rate x + before, which is y at the next step under a name that does not say so. */
function scaledGraph(): GraphModel {
  const float = { type: "float32", shape: ["batch", "samples"] } as const;
  const graph: Graph = {
    name: "scaled",
    inputs: [
      { name: "x", ...float },
      { name: "before", type: "float32", shape: [1, 4] },
      { name: "rate", type: "float32", shape: [] },
    ],
    outputs: [
      { name: "y", ...float },
      { name: "after", ...float },
    ],
    constants: new Map(),
    nodes: [
      { kind: "operator", name: "scale", operator: "Mul", inputs: ["x", "rate"], outputs: ["scaled"], attributes: {} },
      { kind: "operator", name: "sum", operator: "Add", inputs: ["scaled", "before"], outputs: ["y"], attributes: {} },
      { kind: "operator", name: "keep", operator: "Identity", inputs: ["y"], outputs: ["after"], attributes: {} },
    ],
  };
  return createGraphModel(graph);
}

beforeAll(async () => {
  folder = await createCommandFolder({});
  writeFileSync(at("a.safetensors"), save(modelOf()));
  writeFileSync(at("tokens.safetensors"), save(modelOf(tokens)));
  writeFileSync(at("strange.safetensors"), save(modelOf(strange)));
});

afterAll(() => folder.remove());

const run = (...words: readonly string[]): Promise<Said> =>
  folder.run(...words.map((word) => (/\.\w+$/.test(word) ? at(word) : word)));

describe("convert", () => {
  test.each([
    ["a.safetensors", "a.onnx"],
    ["a.safetensors", "a.keras"],
    ["a.safetensors", "a.h5"],
    ["tokens.safetensors", "tokens.onnx"],
    ["tokens.safetensors", "tokens.keras"],
  ])("%s to %s and back keeps every bit", async (from, to) => {
    expect(await run("convert", from, to)).toMatchObject({ status: 0 });
    expect(await run("convert", to, `back-${to}.safetensors`)).toMatchObject({ status: 0 });
    const [one, other] = [from, `back-${to}.safetensors`].map((file) => load(readFileSync(at(file))));
    const values = (model: typeof one): readonly string[] =>
      Object.values(model!.parameters).map((numbers) => numbers.join(","));
    expect(values(other)).toEqual(values(one));
  });

  test("a state_dict, with the Python that loads it, and back", async () => {
    const { status, out } = await run("convert", "tokens.safetensors", "weights.safetensors", "--to", "torch");
    expect(status).toBe(0);
    expect(out).toContain('load_file("weights.safetensors")');
    expect(out).toContain("nn.GRU(4, 5)");
    expect(await run("convert", "weights.safetensors", "again.safetensors")).toMatchObject({ status: 0 });
    const again = load(readFileSync(at("again.safetensors")));
    expect(again.parameters["0.E"]).toEqual(load(readFileSync(at("tokens.safetensors"))).parameters["0.E"]);
  });

  test("a cell of its own becomes a Scan, with its states where that is asked for", async () => {
    expect(await run("convert", "strange.safetensors", "strange.onnx")).toMatchObject({ status: 0 });
    const { status, out } = await run("convert", "strange.safetensors", "stream.onnx", "--states", "--json");
    expect(status).toBe(0);
    const report = JSON.parse(out) as { differences: readonly { what: string; largest: number }[] };
    expect(report.differences.map(({ what }) => what)).toContain("0.h.next");
    expect(Math.max(...report.differences.map(({ largest }) => largest))).toBeLessThan(1e-5);
  });

  test("numbers of the other framework are held against ours", async () => {
    await run("convert", "a.safetensors", "checked.onnx");
    const x = Float32Array.from({ length: 12 }, (_, n) => Math.sin(n));
    const outputs = modelOf().predict({ steps: 4, batch: 1, inputs: x });
    const sample = (values: ArrayLike<number>): void =>
      writeFileSync(
        at("sample.npz"),
        writeZip(
          new Map([
            ["input.npy", npy("<f4", "(4, 1, 3)", x)],
            ["output.npy", npy("<f4", "(1, 2)", Float32Array.from(values))],
          ]),
        ),
      );
    sample(outputs);
    const good = await run("convert", "checked.onnx", "checked.safetensors", "--check", "sample.npz");
    expect(good.out).toContain("output (recorded)");
    expect(good.status).toBe(0);
    sample(outputs.map((value) => value + 0.1));
    const bad = await run("convert", "checked.onnx", "never.safetensors", "--check", "sample.npz");
    expect(bad).toMatchObject({ status: 1 });
    expect(bad.err).toContain("differs by up to 0.1");
    expect(existsSync(at("never.safetensors"))).toBe(false);
  });

  test("what cannot be done is said, and nothing is written", async () => {
    writeFileSync(at("cut.onnx"), readFileSync(at("a.safetensors")).subarray(0, 100));
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["convert", "a.safetensors", "a.txt"], /the ending "\.txt"/],
      [["convert", "missing.onnx", "b.onnx"], /cannot be read/],
      [["convert", "cut.onnx", "b.safetensors"], /no ONNX model/],
      [["convert", "strange.safetensors", "b.keras"], /janet/],
      [["convert", "strange.safetensors", "b.safetensors", "--to", "torch"], /janet/],
      [["convert", "a.safetensors", "b.keras", "--states"], /--states/],
      [["convert", "a.safetensors", "b.onnx", "--check", "sample.npz"], /--check/],
      [["convert", "a.safetensors", "a.safetensors"], /a\.safetensors/],
    ];
    for (const [args, message] of cases) {
      const { status, err } = await run(...args);
      expect(status, args.join(" ")).not.toBe(0);
      expect(err).toMatch(message);
    }
    expect(existsSync(at("b.onnx"))).toBe(false);
    expect(existsSync(at("b.keras"))).toBe(false);
  });
});

describe("build", () => {
  test("a module that gives the library's numbers, with its types", async () => {
    const { status, out } = await run("build", "a.safetensors", "--out", "a.mjs", "--float16");
    expect(status).toBe(0);
    expect(out).toMatch(/a\.mjs: \d+\.\d kB/);
    expect(readFileSync(at("a.d.mts"), "utf8")).toContain("step(x: ArrayLike<number>): Float32Array");
    const built = (await import(pathToFileURL(at("a.mjs")).href)) as {
      selfTest(): void;
      predict(x: Float32Array): Float32Array;
    };
    built.selfTest();
    const x = Float32Array.from({ length: 12 }, (_, n) => Math.sin(n));
    const wanted = modelOf().predict({ steps: 4, batch: 1, inputs: x });
    built.predict(x).forEach((value, n) => expect(Math.abs(value - wanted[n]!)).toBeLessThan(0.01));
  });

  test("of another framework's model", async () => {
    await run("convert", "a.safetensors", "other.onnx");
    expect(await run("build", "other.onnx", "--out", "other.js")).toMatchObject({ status: 0 });
  });

  test("of a graph that is no chain of layers", async () => {
    writeFileSync(at("scaled.onnx"), writeOnnx(scaledGraph()));
    const open = await run("build", "scaled.onnx", "--out", "scaled.mjs", "--fixed", "rate=3");
    expect(open.err).toMatch(/"x" has the shape \[1, \?\].*--shape INPUT=SIZE/);
    expect(existsSync(at("scaled.mjs"))).toBe(false);
    const flags = ["--fixed", "rate=3", "--shape", "x=1,4", "--state", "after=before", "--float16"];
    const { status, out } = await run("build", "scaled.onnx", "--out", "scaled.mjs", ...flags);
    expect(status).toBe(0);
    expect(out).toMatch(/scaled\.mjs: \d+\.\d kB/);
    const { step } = (await import(pathToFileURL(at("scaled.mjs")).href)) as { step(x: number[]): Float32Array };
    expect([...step([1, 2, 3, 4])]).toEqual([3, 6, 9, 12]);
    expect([...step([1, 2, 3, 4])]).toEqual([6, 12, 18, 24]);
    expect((await run("build", "scaled.onnx", "--out", "b.js", "--fixed", "rate")).err).toMatch(
      /a name, = and its value/,
    );
    expect((await run("build", "a.safetensors", "--out", "b.js", "--shape", "x=3")).err).toMatch(/network of layers/);
  });

  test("wrong usage is said", async () => {
    expect((await run("build", "a.safetensors", "--out", "a.txt")).err).toMatch(/must end in \.js/);
    expect((await run("build", "a.safetensors", "--out", "b.js", "--int8", "--float16")).err).toMatch(/one of/);
    expect((await run("build", "a.safetensors", "--out", "b.js", "--steps", "3")).err).toMatch(/any length/);
    expect(existsSync(at("b.js"))).toBe(false);
  });
});
