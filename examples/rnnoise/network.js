/** RNNoise's first network as one cell: a dense layer, three GRUs that read one another, and what is said of a frame. */
import { cell, createModel, network } from "recurra";

/** @typedef {import("./weights.js").Weights} Weights */

/** A GRU whose reset gate comes before the product. @param {string} state @param {readonly string[]} reads @param {string} activation */
const gru = (state, reads, activation) => {
  const products = (/** @type {string} */ gate) =>
    reads.map((from) => `W_${gate}_${state}_${from} ${from}${stateMark(from)}`);
  const sum = (/** @type {string} */ gate, /** @type {string} */ own) =>
    [...products(gate), `U_${gate}_${state} ${own}`, `b_${gate}_${state}`].join(" + ");
  return `z_${state} = sigmoid(${sum("z", state)})
r_${state} = sigmoid(${sum("r", state)})
c_${state} = ${activation}(${sum("c", `(r_${state} * ${state})`)})
${state}' = z_${state} * ${state} + (1 - z_${state}) * c_${state}`;
};

/** GRUs read what others have made of this frame. @param {string} name */
const stateMark = (name) => (name === "v" || name === "n" ? "'" : "");

/**
 * The equations. `v` hears the voice, `n` follows the noise, `h` decides on the gains; `y` is the gain of each band and, last, how likely the frame is speech.
 * @param {Weights} weights
 */
export function describeNetwork({ input, voice, noise, denoise, gains, activity }) {
  if (gains.activation !== activity.activation) throw new Error("Both outputs must have one activation.");
  return cell(
    "rnnoise",
    `d in R^D
v in R^V
n in R^N
y in R^K
d = ${input.activation}(W_d x + b_d)
${gru("v", ["d"], voice.activation)}
${gru("n", ["d", "v", "x"], noise.activation)}
${gru("h", ["v", "n", "x"], denoise.activation)}
y = ${gains.activation}(G h' + A v' + b_y)`,
    {
      sizes: { D: input.neurons, V: voice.neurons, N: noise.neurons, K: gains.neurons + 1 },
      source: "J.-M. Valin (2018), A Hybrid DSP/Deep Learning Approach to Real-Time Full-Band Speech Enhancement",
      summary: "RNNoise's network: three GRUs for voice, noise and gains",
    },
  );
}

/** Every weight is 1/256 of its whole number. */
const scale = 1 / 256;

/**
 * Columns `start` to `start + count` of one gate, `[neurons, count]`.
 * @param {ArrayLike<number>} numbers `[inputs, gates, neurons]`
 * @param {{ neurons: number, gates: number, gate: number, start: number, count: number }} where
 */
function cut(numbers, { neurons, gates, gate, start, count }) {
  return Float32Array.from({ length: neurons * count }, (_, at) => {
    const [row, column] = [Math.floor(at / count), start + (at % count)];
    return scale * (numbers[(column * gates + gate) * neurons + row] ?? NaN);
  });
}

/** The parameters of `describeNetwork`'s cell. @param {Weights} weights @returns {Record<string, Float32Array>} */
function collectParameters({ input, voice, noise, denoise, gains, activity }) {
  const [D, V, N, H] = [input.neurons, voice.neurons, noise.neurons, denoise.neurons];
  const I = input.inputs;
  const dense = (/** @type {import("./weights.js").Layer} */ { weights, inputs, neurons }) =>
    cut(weights, { neurons, gates: 1, gate: 0, start: 0, count: inputs });
  const scaled = (/** @type {ArrayLike<number>} */ numbers) => Float32Array.from(numbers, (one) => scale * one);
  /** @type {Record<string, Float32Array>} */
  const found = { W_d: dense(input), b_d: scaled(input.bias) };
  /** @type {readonly [string, import("./weights.js").Layer, Record<string, number>][]} */
  const grus = [
    ["v", voice, { d: D }],
    ["n", noise, { d: D, v: V, x: I }],
    ["h", denoise, { v: V, n: N, x: I }],
  ];
  for (const [state, { weights, recurrent = [], bias, neurons }, reads] of grus)
    for (const [gate, name] of ["z", "r", "c"].entries()) {
      const shared = { neurons, gates: 3, gate };
      let start = 0;
      for (const [from, count] of Object.entries(reads)) {
        found[`W_${name}_${state}_${from}`] = cut(weights, { ...shared, start, count });
        start += count;
      }
      found[`U_${name}_${state}`] = cut(recurrent, { ...shared, start: 0, count: neurons });
      found[`b_${name}_${state}`] = scaled(Array.from(bias).slice(gate * neurons, (gate + 1) * neurons));
    }
  // The gains do not read the voice's state, nor the activity that of the gains: zeros.
  const [G, A] = [new Float32Array((gains.neurons + 1) * H), new Float32Array((gains.neurons + 1) * V)];
  G.set(dense(gains));
  A.set(dense(activity), gains.neurons * V);
  return { ...found, G, A, b_y: scaled([...Array.from(gains.bias), ...Array.from(activity.bias)]) };
}

/**
 * The network with its weights, ready to run: 42 features in, 22 gains and the probability of speech out.
 * @param {Weights} weights
 * @param {{ backend?: "auto" | "native" | "wasm" | "reference" }} [options]
 */
export function createNetwork(weights, { backend = "auto" } = {}) {
  const spec = network({ features: weights.input.inputs })
    .recurrent(describeNetwork(weights), { size: weights.denoise.neurons })
    .build();
  const parameters = Object.fromEntries(
    Object.entries(collectParameters(weights)).map(([name, numbers]) => [`0.${name}`, numbers]),
  );
  return createModel({ spec, parameters, backend });
}
