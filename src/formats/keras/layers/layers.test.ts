import { expect, it } from "vitest";
import type { TensorLike } from "../../../graph/tensor.ts";
import { createRandom } from "../../../util/random.ts";
import { writeZip } from "../../../util/zip.ts";
import { writeHdf5 } from "../hdf5.ts";
import type { Hdf5Group } from "../hdf5.ts";
import { readKeras } from "../read-keras.ts";

const random = createRandom(17);

interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

function draw(...shape: readonly number[]): Numbers {
  return {
    shape,
    data: Float32Array.from({ length: shape.reduce((all, size) => all * size, 1) }, () => random.normal()),
  };
}

type Config = Readonly<Record<string, unknown>>;

interface Entry {
  readonly className: string;
  readonly config?: Config;
  readonly args: readonly unknown[];
  readonly kwargs?: Config;
}

const tensor = (layer: string, output = 0): unknown => ({
  class_name: "__keras_tensor__",
  config: { shape: [null, 5, 3], dtype: "float32", keras_history: [layer, 0, output] },
});

/** The bytes of a functional model as Keras 3 stores it; weights by their place, `multi_head_attention/query_dense`. */
async function archive(options: {
  readonly inputs: Readonly<Record<string, { readonly shape: readonly (number | null)[]; readonly dtype?: string }>>;
  readonly layers: Readonly<Record<string, Entry>>;
  readonly outputs: readonly (readonly [string, number])[];
  readonly weights?: Readonly<Record<string, readonly Numbers[]>>;
}): Promise<Uint8Array> {
  const { inputs, layers, outputs, weights = {} } = options;
  const config = {
    class_name: "Functional",
    config: {
      name: "functional",
      layers: [
        ...Object.entries(inputs).map(([name, { shape, dtype = "float32" }]) => ({
          module: "keras.layers",
          class_name: "InputLayer",
          config: { batch_shape: shape, dtype, name },
          name,
          inbound_nodes: [],
        })),
        ...Object.entries(layers).map(([name, { className, config: settings = {}, args, kwargs = {} }]) => ({
          module: "keras.layers",
          class_name: className,
          config: { name, ...settings },
          name,
          inbound_nodes: [{ args, kwargs }],
        })),
      ],
      input_layers: Object.keys(inputs).map((name) => [name, 0, 0]),
      output_layers: outputs.map(([name, output]) => [name, 0, output]),
    },
  };
  const leaf = (numbers: readonly Numbers[]): Hdf5Group => ({
    attributes: new Map(),
    tensors: new Map(),
    groups: new Map([
      [
        "vars",
        {
          attributes: new Map(),
          groups: new Map(),
          tensors: new Map(numbers.map((one, at) => [String(at), { type: "float32", ...one }])),
        },
      ],
    ]),
  });
  const grow = (entries: readonly (readonly [readonly string[], readonly Numbers[]])[]): Hdf5Group => {
    const own = entries.find(([path]) => path.length === 0);
    const names = [...new Set(entries.flatMap(([[first]]) => first ?? []))];
    const groups = new Map(
      names.map((name) => [
        name,
        grow(entries.filter(([[first]]) => first === name).map(([[, ...rest], numbers]) => [rest, numbers])),
      ]),
    );
    return {
      attributes: new Map(),
      tensors: new Map(),
      groups: own === undefined ? groups : new Map([...groups, ...leaf(own[1]).groups]),
    };
  };
  const root = grow(Object.entries(weights).map(([path, numbers]) => [["layers", ...path.split("/")], numbers]));
  const text = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));
  return writeZip(
    new Map([
      ["config.json", text(config)],
      ["metadata.json", text({ keras_version: "3.3.3" })],
      ["model.weights.h5", await writeHdf5(root)],
    ]),
  );
}

async function run(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, TensorLike>>,
): Promise<readonly { readonly shape: readonly number[]; readonly data: readonly number[] }[]> {
  const model = await readKeras(bytes);
  const found = await model.run(inputs);
  model.dispose();
  return model.outputs.map(({ name }) => ({
    shape: found[name]?.shape ?? [],
    data: Array.from(found[name]?.data ?? [], Number),
  }));
}

function expectClose(found: readonly number[] | undefined, wanted: readonly number[]): void {
  expect(found?.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries())
    expect(Math.abs((found?.[i] ?? NaN) - value), String(i)).toBeLessThan(1e-5);
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const range = (length: number): readonly number[] => Array.from({ length }, (_, at) => at);

function softmax(scores: readonly number[]): readonly number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  return powers.map((power) => power / sum(powers));
}

/** An element of a row-major array. */
function at({ shape, data }: Numbers, ...place: readonly number[]): number {
  return data[place.reduce((offset, index, axis) => offset * (shape[axis] ?? NaN) + index, 0)] ?? NaN;
}

it("MultiHeadAttention: causal, with a mask of the values, and its scores", async () => {
  const [B, T, S, D, N, K] = [2, 4, 3, 3, 2, 2];
  const [query, value] = [draw(B, T, D), draw(B, S, D)];
  const kernels = { query: draw(D, N, K), key: draw(D, N, K), value: draw(D, N, K), output: draw(N, K, D) };
  const biases = { query: draw(N, K), key: draw(N, K), value: draw(N, K), output: draw(D) };
  const mask = [true, true, true, true, false, true];
  const bytes = await archive({
    inputs: { q: { shape: [null, T, D] }, v: { shape: [null, S, D] }, m: { shape: [null, S], dtype: "bool" } },
    layers: {
      mha: {
        className: "MultiHeadAttention",
        config: { num_heads: N, key_dim: K, value_dim: K, use_bias: true, output_shape: null, attention_axes: [1] },
        args: [tensor("q"), tensor("v")],
        kwargs: { value_mask: tensor("m"), use_causal_mask: true, return_attention_scores: true },
      },
    },
    outputs: [
      ["mha", 0],
      ["mha", 1],
    ],
    weights: Object.fromEntries(
      (["query", "key", "value", "output"] as const).map((part) => [
        `multi_head_attention/${part}_dense`,
        [kernels[part], biases[part]],
      ]),
    ),
  });
  const found = await run(bytes, { q: query, v: value, m: { shape: [B, S], data: mask.map(Number) } });
  const project = (
    part: "query" | "key" | "value",
    x: Numbers,
    [b, t, n, k]: readonly [number, number, number, number],
  ): number => at(biases[part], n, k) + sum(range(D).map((d) => at(x, b, t, d) * at(kernels[part], d, n, k)));
  const weightsOf = (b: number, n: number, t: number): readonly number[] =>
    softmax(
      range(S).map((s) => {
        const score =
          sum(range(K).map((k) => project("query", query, [b, t, n, k]) * project("key", value, [b, s, n, k]))) /
          Math.sqrt(K);
        return s > t || mask[b * S + s] !== true ? -1e9 : score;
      }),
    );
  expect(found[1]?.shape).toEqual([B, N, T, S]);
  expectClose(
    found[1]?.data,
    range(B).flatMap((b) => range(N).flatMap((n) => range(T).flatMap((t) => weightsOf(b, n, t)))),
  );
  const wanted = range(B).flatMap((b) =>
    range(T).flatMap((t) =>
      range(D).map(
        (d) =>
          at(biases.output, d) +
          sum(
            range(N).flatMap((n) =>
              range(K).map((k) => {
                const weights = weightsOf(b, n, t);
                return (
                  at(kernels.output, n, k, d) *
                  sum(range(S).map((s) => (weights[s] ?? NaN) * project("value", value, [b, s, n, k])))
                );
              }),
            ),
          ),
      ),
    ),
  );
  expectClose(found[0]?.data, wanted);
});

it("Attention in its two forms, and AdditiveAttention", async () => {
  const [B, T, S, D] = [2, 3, 4, 2];
  const [query, value, key] = [draw(B, T, D), draw(B, S, D), draw(B, S, D)];
  const [scale, concat, vector] = [draw(), draw(), draw(D)];
  const args = [[tensor("q"), tensor("v"), tensor("k")]];
  const bytes = await archive({
    inputs: { q: { shape: [null, T, D] }, v: { shape: [null, S, D] }, k: { shape: [null, S, D] } },
    layers: {
      dot: { className: "Attention", config: { use_scale: true, score_mode: "dot", dropout: 0 }, args },
      both: { className: "Attention", config: { use_scale: false, score_mode: "concat", dropout: 0 }, args },
      additive: { className: "AdditiveAttention", config: { use_scale: true, dropout: 0 }, args },
    },
    outputs: [
      ["dot", 0],
      ["both", 0],
      ["additive", 0],
    ],
    weights: { attention: [scale], attention_1: [concat], additive_attention: [vector] },
  });
  const found = await run(bytes, { q: query, v: value, k: key });
  const pairs = (score: (b: number, t: number, s: number) => number): readonly number[] =>
    range(B).flatMap((b) =>
      range(T).flatMap((t) => {
        const weights = softmax(range(S).map((s) => score(b, t, s)));
        return range(D).map((d) => sum(range(S).map((s) => (weights[s] ?? NaN) * at(value, b, s, d))));
      }),
    );
  const each = (b: number, t: number, s: number, f: (q: number, k: number, d: number) => number): number =>
    sum(range(D).map((d) => f(at(query, b, t, d), at(key, b, s, d), d)));
  expectClose(
    found[0]?.data,
    pairs((b, t, s) => (scale.data[0] ?? NaN) * each(b, t, s, (q, k) => q * k)),
  );
  expectClose(
    found[1]?.data,
    pairs((b, t, s) => (concat.data[0] ?? NaN) * each(b, t, s, (q, k) => Math.tanh(q + k))),
  );
  expectClose(
    found[2]?.data,
    pairs((b, t, s) => each(b, t, s, (q, k, d) => at(vector, d) * Math.tanh(q + k))),
  );
});

it("activations with settings of their own", async () => {
  const x = draw(3, 4);
  const alpha = draw(4);
  const one = (className: string, config: Config = {}): Entry => ({ className, config, args: [tensor("x")] });
  const layers = {
    leaky: one("LeakyReLU", { negative_slope: 0.2 }),
    elu: one("ELU", { alpha: 0.5 }),
    relu: one("ReLU", { max_value: 0.8, negative_slope: 0.1, threshold: 0.3 }),
    prelu: one("PReLU", { shared_axes: null }),
    soft: one("Softmax", { axis: -1 }),
    unit: one("UnitNormalization", { axis: [-1] }),
    norm: one("Normalization", { axis: [-1], mean: [[1, 2, 3, 4]], variance: [[4, 1, 0.25, 1]] }),
    scale: one("Rescaling", { scale: 0.5, offset: 2 }),
  };
  const bytes = await archive({
    inputs: { x: { shape: [null, 4] } },
    layers,
    outputs: Object.keys(layers).map((name) => [name, 0]),
    weights: { p_re_lu: [alpha] },
  });
  const found = await run(bytes, { x });
  const each = (f: (v: number, column: number) => number): readonly number[] =>
    Array.from(x.data, (v, i) => f(v, i % 4));
  const rows = range(3).map((row) => Array.from(x.data.slice(4 * row, 4 * row + 4)));
  expectClose(
    found[0]?.data,
    each((v) => (v > 0 ? v : 0.2 * v)),
  );
  expectClose(
    found[1]?.data,
    each((v) => (v > 0 ? v : 0.5 * Math.expm1(v))),
  );
  expectClose(
    found[2]?.data,
    each((v) => (v >= 0.8 ? 0.8 : v >= 0.3 ? v : 0.1 * (v - 0.3))),
  );
  expectClose(
    found[3]?.data,
    each((v, column) => (v > 0 ? v : at(alpha, column) * v)),
  );
  expectClose(found[4]?.data, rows.flatMap(softmax));
  expectClose(
    found[5]?.data,
    rows.flatMap((row) => row.map((v) => v / Math.hypot(...row))),
  );
  expectClose(
    found[6]?.data,
    each((v, column) => (v - (column + 1)) / ([2, 1, 0.5, 1][column] ?? NaN)),
  );
  expectClose(
    found[7]?.data,
    each((v) => 0.5 * v + 2),
  );
});

it("causal convolution, groups of features, and means of the steps that count", async () => {
  const [T, C] = [6, 4];
  const x = draw(1, T, C);
  // Steps of zeros do not count.
  x.data.fill(0, 2 * C, 4 * C);
  const [kernel, bias, gamma, beta] = [draw(2, 2, 6), draw(6), draw(C), draw(C)];
  const bytes = await archive({
    inputs: { x: { shape: [null, T, C] } },
    layers: {
      conv: {
        className: "Conv1D",
        config: { filters: 6, kernel_size: [2], padding: "causal", dilation_rate: [3], groups: 2 },
        args: [tensor("x")],
      },
      group: { className: "GroupNormalization", config: { groups: 2, axis: -1, epsilon: 0.001 }, args: [tensor("x")] },
      mask: { className: "Masking", config: { mask_value: 0 }, args: [tensor("x")] },
      mean: { className: "GlobalAveragePooling1D", args: [tensor("mask")] },
    },
    outputs: [
      ["conv", 0],
      ["group", 0],
      ["mean", 0],
    ],
    weights: { conv1d: [kernel, bias], group_normalization: [gamma, beta] },
  });
  const found = await run(bytes, { x });
  // Filters 0 to 2 read features 0 and 1, the others 2 and 3; tap 0 lies 3 steps back.
  const convolved = range(T).flatMap((t) =>
    range(6).map(
      (f) =>
        at(bias, f) +
        sum(
          range(2).flatMap((tap) =>
            range(2).map((c) => {
              const step = t - 3 * (1 - tap);
              return step < 0 ? 0 : at(x, 0, step, c + (f < 3 ? 0 : 2)) * at(kernel, tap, c, f);
            }),
          ),
        ),
    ),
  );
  expectClose(found[0]?.data, convolved);
  const groups = [0, 1].map((group) => range(T).flatMap((t) => [at(x, 0, t, 2 * group), at(x, 0, t, 2 * group + 1)]));
  const normal = range(T).flatMap((t) =>
    range(C).map((c) => {
      const all = groups[c < 2 ? 0 : 1] ?? [];
      const mean = sum(all) / all.length;
      const variance = sum(all.map((v) => (v - mean) ** 2)) / all.length;
      return (at(gamma, c) * (at(x, 0, t, c) - mean)) / Math.sqrt(variance + 0.001) + at(beta, c);
    }),
  );
  expectClose(found[1]?.data, normal);
  expectClose(
    found[2]?.data,
    range(C).map((c) => sum([0, 1, 4, 5].map((t) => at(x, 0, t, c))) / 4),
  );
});
