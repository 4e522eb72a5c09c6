import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readKeras } from "./read-keras.ts";

interface Recorded {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly topology: unknown;
  readonly weights: Readonly<Record<string, Recorded>>;
  readonly inputs: readonly Recorded[];
  readonly outputs: readonly Recorded[];
}

/** Models, their weights, and what tfjs-layers 4.22 computes with them on its plain backend (float32), in seven digits. */
const cases = JSON.parse(
  readFileSync(new URL("../../../test/golden/keras/tfjs-cases.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Case>>;

function filesOf({ topology, weights }: Case): { readonly json: Uint8Array; readonly shard: Uint8Array } {
  const entries = Object.entries(weights).map(([name, { shape }]) => ({ name, shape, dtype: "float32" }));
  const json = {
    format: "layers-model",
    modelTopology: topology,
    weightsManifest: [{ paths: ["shards/w.bin"], weights: entries }],
  };
  const numbers = Float32Array.from(Object.values(weights).flatMap(({ data }) => data));
  return { json: new TextEncoder().encode(JSON.stringify(json)), shard: new Uint8Array(numbers.buffer) };
}

describe("layers compute what TF.js does", () => {
  it.each(Object.entries(cases))("%s", async (_, one) => {
    const { json, shard } = filesOf(one);
    const model = await readKeras(json, { weights: { "shards/w.bin": shard } });
    const found = await model.run(
      Object.fromEntries(one.inputs.map((value, at) => [model.inputs[at]?.name ?? "", value])),
    );
    expect(model.outputs.length).toBe(one.outputs.length);
    for (const [at, wanted] of one.outputs.entries()) {
      const value = found[model.outputs[at]?.name ?? ""];
      expect(value?.shape).toEqual(wanted.shape);
      const scale = Math.max(1, ...wanted.data.map(Math.abs));
      for (const [i, number] of Array.from(value?.data ?? [], Number).entries())
        expect(Math.abs(number - (wanted.data[i] ?? NaN)) / scale, `${at}[${i}]`).toBeLessThan(1e-5);
    }
    model.dispose();
  });
});

it("the steps of a sequence are free where nothing depends on how many there are", async () => {
  const shapesOf = async (name: string): Promise<unknown> => {
    const one = cases[name];
    if (one === undefined) throw new Error(name);
    const { json, shard } = filesOf(one);
    const model = await readKeras(json, { weights: () => shard });
    return [model.inputs, model.outputs].map((infos) => infos.map(({ shape }) => shape));
  };
  expect(await shapesOf("back")).toEqual([[["batch", "steps", 2]], [["batch", 2]]]);
  // Flattened pixels are the inputs of a dense layer.
  expect(await shapesOf("conv2d")).toEqual([[["batch", 7, 6, 2]], [["batch", 2]]]);
});

it("recurrent layers hand sequences to each other without turning them", async () => {
  const one = cases["bidi_sum"];
  if (one === undefined) throw new Error("no case");
  const { json, shard } = filesOf(one);
  const { graph } = await readKeras(json, { weights: () => shard });
  expect(graph.nodes.filter((node) => node.kind === "operator" && node.operator === "Transpose").length).toBe(1);
});
