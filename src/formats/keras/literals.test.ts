import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findShared } from "../../../test/support/shared-fixtures.ts";
import type { TensorLike } from "../../graph/tensor.ts";
import { readKeras } from "./read-keras.ts";

type Json = Readonly<Record<string, unknown>>;

interface Recorded {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly id: string;
  readonly test: string;
  readonly layer: Json;
  readonly prior_calls: readonly { readonly op: string; readonly input?: readonly unknown[] }[];
  readonly input: Recorded;
  readonly mask: readonly (readonly boolean[])[] | null;
  readonly initial_state: readonly Recorded[] | null;
  readonly expect: readonly (Recorded & {
    readonly path: readonly (readonly [string, number])[];
    readonly atol: number;
    readonly rtol: number;
  })[];
}

const file = findShared("fixtures/keras/literals.json");
const cases = file === undefined ? [] : (JSON.parse(readFileSync(file, "utf8")) as { layer_cases: Case[] }).layer_cases;

/** One weight of a layer: a shape, and the number that fills it. */
interface Weight {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const filled = (shape: readonly number[], value: number): Weight => ({
  shape,
  values: Array.from({ length: shape.reduce((all, size) => all * size, 1) }, () => value),
});

/** What an initialiser of the test gives; those that draw numbers are not in these cases. */
function valueOf(initializer: unknown, otherwise: number): number {
  if (initializer === "ones") return 1;
  return (initializer as { readonly value?: number } | undefined)?.value ?? otherwise;
}

const gates: Readonly<Record<string, number>> = { SimpleRNN: 1, GRU: 3, LSTM: 4, ConvLSTM2D: 4, ConvLSTM3D: 4 };

/** The weights of a layer as Keras makes them for an input of so many features. */
function weightsOf(layer: Json, features: number): readonly Weight[] {
  const className = String(layer["class"]);
  const kernel = valueOf(layer["kernel_initializer"], NaN);
  if (className === "Bidirectional") {
    const inner = layer["layer"] as Json;
    return [...weightsOf(inner, features), ...weightsOf((layer["backward_layer"] ?? inner) as Json, features)];
  }
  if (className === "TimeDistributed") return weightsOf(layer["layer"] as Json, features);
  if (className === "Dense") return [filled([features, Number(layer["units"])], kernel)];
  if (className === "RNN") {
    let size = features;
    return (layer["cell"] as readonly Json[]).flatMap((cell) => {
      const weights = weightsOf(cell, size);
      size = Number(cell["units"]);
      return weights;
    });
  }
  const count = gates[className.replace(/Cell$/, "")] ?? NaN;
  const units = Number(layer["units"] ?? layer["filters"]);
  const taps = className.startsWith("Conv") ? Array.from({ length: Number(className.at(-2)) }, () => 3) : [];
  const bias = filled([count * units], valueOf(layer["bias_initializer"], 0));
  // unit_forget_bias: the second gate begins with ones.
  const hasOnes = count === 4 && layer["unit_forget_bias"] !== false;
  const values = hasOnes ? bias.values.map((value, at) => (Math.floor(at / units) === 1 ? 1 : value)) : bias.values;
  const isPair = className === "GRU" && layer["reset_after"] !== false;
  return [
    filled([...taps, features, count * units], kernel),
    filled([...taps, units, count * units], valueOf(layer["recurrent_initializer"], NaN)),
    ...(layer["use_bias"] === false
      ? []
      : [isPair ? { shape: [2, count * units], values: [...values, ...values] } : { shape: bias.shape, values }]),
  ];
}

/** The layer as a configuration has it. */
function configOf({ class: className, ...settings }: Json, name: string): Json {
  const inner = Object.entries(settings).flatMap(([key, value]): [string, unknown][] => {
    if (key === "rank") return [];
    if (key === "cell" && Array.isArray(value))
      return [
        [
          "cell",
          {
            class_name: "StackedRNNCells",
            config: { name: "stack", cells: value.map((cell: Json, at) => configOf(cell, `cell_${at}`)) },
          },
        ],
      ];
    const isLayer = typeof value === "object" && value !== null && ["layer", "backward_layer", "cell"].includes(key);
    return [[key, isLayer ? configOf(value as Json, key) : value]];
  });
  return { class_name: className, name, config: { name, ...Object.fromEntries(inner) } };
}

/** `model.json` of one layer between inputs, and the bytes of its weights. */
function modelOf(one: Case): { readonly json: Uint8Array; readonly weights: Uint8Array } {
  const layer = one.layer["class"] === "ConvLSTM" ? { ...one.layer, class: "ConvLSTM2D" } : one.layer;
  const weights = weightsOf(layer, one.input.shape.at(-1) ?? 0);
  const states = one.initial_state ?? [];
  const input = (name: string, shape: readonly number[], dtype: string): Json => ({
    class_name: "InputLayer",
    name,
    config: { name, batch_shape: [null, ...shape.slice(1)], dtype },
    inbound_nodes: [],
  });
  const masks = one.mask === null ? [] : [input("mask", [0, one.mask[0]?.length ?? 0], "bool")];
  const given = one.mask === null ? {} : { mask: ["mask", 0, 0] };
  const names = ["x", ...states.map((_, at) => `state_${at}`)];
  const node = names.map((name, at) => [name, 0, 0, at === 0 ? given : {}]);
  const layers = [
    input("x", one.input.shape, "float32"),
    ...states.map((state, at) => input(`state_${at}`, state.shape, "float32")),
    ...masks,
    { ...configOf(layer, "layer"), inbound_nodes: [node] },
  ];
  const inputs = [...names, ...(one.mask === null ? [] : ["mask"])];
  const config = {
    name: "model",
    layers,
    input_layers: inputs.map((name) => [name, 0, 0]),
    output_layers: [["layer", 0, 0]],
  };
  const json = {
    format: "layers-model",
    modelTopology: { keras_version: "3.3.3", model_config: { class_name: "Functional", config } },
    weightsManifest: [
      { paths: ["w.bin"], weights: weights.map(({ shape }, at) => ({ name: `layer/${at}`, shape, dtype: "float32" })) },
    ],
  };
  const numbers = Float32Array.from(weights.flatMap(({ values }) => values));
  return { json: new TextEncoder().encode(JSON.stringify(json)), weights: new Uint8Array(numbers.buffer) };
}

const isCustom = (layer: Json): boolean => /States?RNNCell/.test(JSON.stringify(layer));

describe.skipIf(file === undefined)("layers give the numbers that Keras's own tests expect", () => {
  it.each(cases.filter(({ layer }) => !isCustom(layer)).map((one) => [one.id, one.test, one] as const))(
    "%s %s",
    async (_id, _test, one) => {
      const { json, weights } = modelOf(one);
      const model = await readKeras(json, { weights: { "w.bin": weights }, states: "inputs" });
      const states = model.outputs.slice(1).map(({ name }) => name);
      let carried: Record<string, TensorLike> = {};
      const zeros = (): void => {
        const entries = states.map((name) => [
          name.replace("next_", ""),
          { shape: [one.input.shape[0] ?? 0, 2], data: new Float32Array(2 * (one.input.shape[0] ?? 0)) },
        ]);
        carried = Object.fromEntries(entries) as Record<string, TensorLike>;
      };
      zeros();
      const given: Record<string, TensorLike> = { x: one.input };
      for (const [at, state] of (one.initial_state ?? []).entries()) given[`state_${at}`] = state;
      if (one.mask !== null)
        given["mask"] = { shape: [one.mask.length, one.mask[0]?.length ?? 0], data: one.mask.flat().map(Number) };
      for (const { op, input } of one.prior_calls) {
        if (op === "reset_state") zeros();
        else {
          const found = await model.run({
            x: { shape: one.input.shape, data: (input as number[][]).flat(8) },
            ...carried,
          });
          carried = Object.fromEntries(states.map((name) => [name.replace("next_", ""), found[name]])) as Record<
            string,
            TensorLike
          >;
        }
      }
      const found = await model.run({ ...given, ...carried });
      const output = found["layer"];
      for (const { path, shape, data, atol, rtol } of one.expect) {
        const [step] = path;
        const all = Array.from(output?.data ?? [], Number);
        const size = data.length;
        const part =
          step?.[0] === "index"
            ? all.slice(step[1] * size, (step[1] + 1) * size)
            : step?.[0] === ("sum" as string)
              ? [all.reduce((sum, value) => sum + value, 0)]
              : all;
        if (step === undefined) expect(output?.shape).toEqual(shape);
        expect(part.length).toBe(size);
        for (const [at, value] of part.entries())
          expect(Math.abs(value - (data[at] ?? NaN))).toBeLessThan(Math.max(atol, 1e-6) * 2 + rtol * Math.abs(value));
      }
      model.dispose();
    },
  );

  it("cells of one's own are refused by name", async () => {
    const customs = cases.filter(({ layer }) => isCustom(layer));
    expect(customs.length).toBe(9);
    for (const { input, layer } of customs) {
      const json = {
        modelTopology: {
          keras_version: "3.3.3",
          class_name: "Sequential",
          config: {
            name: "m",
            layers: [
              { class_name: "InputLayer", config: { name: "x", batch_shape: [null, ...input.shape.slice(1)] } },
              configOf(layer, "layer"),
            ],
          },
        },
      };
      await expect(readKeras(new TextEncoder().encode(JSON.stringify(json)), { weights: {} })).rejects.toThrow(
        /States?RNNCell/,
      );
    }
  });
});
