/** One step of every built-in cell as its paper writes it, in scalar loops that know nothing of the language. */
import type { CellName } from "../../src/cells/index.ts";
import { publishedAttentionSteps } from "./published-attention-steps.ts";
import { publishedLstmSteps } from "./published-lstm-steps.ts";
import { each, sigmoid, standardised } from "./published-step.ts";
import type { Known, PublishedStep } from "./published-step.ts";

const relu = (v: number): number => (v > 0 ? v : 0);
const identity = (v: number): number => v;

/** W x + U h + b, with names ending in `suffix`. */
function createSum({ x, dot, at }: Known, h: readonly number[]): (suffix: string, j: number) => number {
  return (suffix, j) => dot(`W${suffix}`, j, x) + dot(`U${suffix}`, j, h) + at(`b${suffix}`, j);
}

/** A step whose output is its one state h. */
function ofState(next: (k: Known, h: readonly number[]) => number[]): PublishedStep {
  return (k) => {
    const h = next(k, k.state("h"));
    return { output: h, next: { h } };
  };
}

/** h_t = φ(W x_t + U h_{t-1} + b) (Elman 1990). */
function elmanStep(activate: (v: number) => number): PublishedStep {
  return ofState((k, h) => each(h.length, (j) => activate(createSum(k, h)("", j))));
}

/** y = φ(W x + b), a layer of a feed-forward network. */
function denseStep(activate: (v: number) => number): PublishedStep {
  return (k) => ({ output: each(k.units, (j) => activate(k.dot("W", j, k.x) + k.at("b", j))), next: {} });
}

/** Hidden layer from the input and the last output, output from the hidden layer (Jordan 1986). */
const jordanStep = ofState((k, y) => {
  const hidden = each(y.length, (j) => Math.tanh(createSum(k, y)("_n", j)));
  return each(y.length, (j) => Math.tanh(k.dot("V_h", j, hidden) + k.at("b_h", j)));
});

/** PyTorch's GRU with the two biases of each gate summed. */
const gruStep = ofState((k, h) => {
  const sum = createSum(k, h);
  return each(h.length, (j) => {
    const r = sigmoid(sum("_r", j));
    const z = sigmoid(sum("_z", j));
    const n = Math.tanh(k.dot("W_n", j, k.x) + k.at("b_n", j) + r * (k.dot("U_n", j, h) + k.at("v_n", j)));
    return (1 - z) * n + z * h[j]!;
  });
});

/** Cho et al. (2014): h̃_j = φ([W x]_j + [U (r ⊙ h)]_j), h_j' = z_j h_j + (1 - z_j) h̃_j, with biases. */
const firstGruStep = ofState((k, h) => {
  const sum = createSum(k, h);
  const reset = each(h.length, (j) => sigmoid(sum("_r", j)) * h[j]!);
  return each(h.length, (j) => {
    const z = sigmoid(sum("_z", j));
    return z * h[j]! + (1 - z) * Math.tanh(createSum(k, reset)("_n", j));
  });
});

/** Zhou et al. (2016): h_t = (1 - f) ⊙ h_{t-1} + f ⊙ tanh(W_h [f ⊙ h_{t-1}, x_t] + b_h). */
const mguStep = ofState((k, h) => {
  const f = each(h.length, (j) => sigmoid(createSum(k, h)("_f", j)));
  const gated = each(h.length, (j) => f[j]! * h[j]!);
  return each(h.length, (j) => (1 - f[j]!) * h[j]! + f[j]! * Math.tanh(createSum(k, gated)("_n", j)));
});

/** Collins et al. (2017): h_t = g ⊙ h_{t-1} + (1 - g) ⊙ c. */
const ugrnnStep = ofState((k, h) => {
  const sum = createSum(k, h);
  return each(h.length, (j) => sigmoid(sum("_g", j)) * h[j]! + (1 - sigmoid(sum("_g", j))) * Math.tanh(sum("_n", j)));
});

/** Van der Westhuizen and Lasenby (2018), β = 1: c_t = σ(s) ⊙ c_{t-1} + (1 - σ(s - β)) ⊙ c̃. */
const janetStep = ofState((k, h) => {
  const sum = createSum(k, h);
  return each(
    h.length,
    (j) => sigmoid(sum("_f", j)) * h[j]! + (1 - sigmoid(sum("_f", j) - 1)) * Math.tanh(sum("_n", j)),
  );
});

/** Li et al. (2018): h_t = relu(W x_t + u ⊙ h_{t-1} + b). */
const indrnnStep = ofState((k, h) =>
  each(h.length, (j) => relu(k.dot("W", j, k.x) + k.at("u", j) * h[j]! + k.at("b", j))),
);

/** x(n+1) = (1 - α) x(n) + α tanh(W_in u(n+1) + W x(n)), with a bias, α = 0.3. */
const leakyStep = ofState((k, h) => each(h.length, (j) => 0.7 * h[j]! + 0.3 * Math.tanh(createSum(k, h)("", j))));

/** Zilly et al. (2017), depth 2: s_l = h_l ⊙ t_l + s_{l-1} ⊙ (1 - t_l), the input read by the first layer alone. */
const highwayStep = ofState((k, h) => {
  let s = h;
  for (const layer of [1, 2]) {
    const below = s;
    const pre = (kind: string, j: number): number =>
      (layer === 1 ? k.dot(`W_${kind}`, j, k.x) : 0) +
      k.dot(`U_${kind}${layer}`, j, below) +
      k.at(`b_${kind}${layer}`, j);
    s = each(h.length, (j) => Math.tanh(pre("n", j)) * sigmoid(pre("g", j)) + below[j]! * (1 - sigmoid(pre("g", j))));
  }
  return [...s];
});

/** Lei et al. (2018): c_t = f c_{t-1} + (1 - f) W x, h_t = r c_t + (1 - r) x, here with W_s x for x. */
function sruStep(k: Known): ReturnType<PublishedStep> {
  const last = k.state("c");
  const gate = (name: string, j: number): number =>
    sigmoid(k.dot(`W_${name}`, j, k.x) + k.at(`v_${name}`, j) * last[j]! + k.at(`b_${name}`, j));
  const c = each(last.length, (j) => gate("f", j) * last[j]! + (1 - gate("f", j)) * k.dot("W_n", j, k.x));
  return {
    output: each(c.length, (j) => gate("r", j) * c[j]! + (1 - gate("r", j)) * k.dot("W_s", j, k.x)),
    next: { c },
  };
}

/** Bradbury et al. (2017): z = tanh(W¹ x_{t-1} + W² x_t), f and o likewise with σ; c_t = f c_{t-1} + (1 - f) z, h_t = o c_t. */
function qrnnStep(k: Known): ReturnType<PublishedStep> {
  const [last, before] = [k.state("c"), k.state("p")];
  const filter = (name: string, j: number): number =>
    k.dot(`V_${name}`, j, before) + k.dot(`W_${name}`, j, k.x) + k.at(`b_${name}`, j);
  const c = each(last.length, (j) => {
    const f = sigmoid(filter("f", j));
    return f * last[j]! + (1 - f) * Math.tanh(filter("z", j));
  });
  return { output: each(c.length, (j) => sigmoid(filter("o", j)) * c[j]!), next: { c, p: k.x } };
}

/** Feng et al. (2024): h_t = (1 - z) ⊙ h_{t-1} + z ⊙ h̃ with z = σ(Linear(x)), h̃ = Linear(x). */
const minGruStep = ofState((k, h) => {
  const linear = (name: string, j: number): number => k.dot(`W_${name}`, j, k.x) + k.at(`b_${name}`, j);
  return each(h.length, (j) => (1 - sigmoid(linear("z", j))) * h[j]! + sigmoid(linear("z", j)) * linear("n", j));
});

/** Feng et al. (2024): f' = f / (f + i), i' = i / (f + i), h_t = f' ⊙ h_{t-1} + i' ⊙ h̃. */
const minLstmStep = ofState((k, h) => {
  const linear = (name: string, j: number): number => k.dot(`W_${name}`, j, k.x) + k.at(`b_${name}`, j);
  return each(h.length, (j) => {
    const [f, i] = [sigmoid(linear("f", j)), sigmoid(linear("i", j))];
    return (f / (f + i)) * h[j]! + (i / (f + i)) * linear("n", j);
  });
});

/**
 * Orvieto et al. (2023), equation 7: s_t = Λ s_{t-1} + exp(γ_log) ⊙ (B x_t), y_t = Re(C s_t) + D x_t, with complex s, B, C,
 * λ = exp(-exp(ν_log) + i exp(θ_log)) and exp(γ_log) = sqrt(1 - |λ|²).
 */
function lruStep(k: Known): ReturnType<PublishedStep> {
  const [re, im] = [k.state("p"), k.state("q")];
  const modulus = (j: number): number => Math.exp(-Math.exp(k.at("nu", j)));
  const phase = (j: number): number => Math.exp(k.at("theta", j));
  const gamma = (j: number): number => Math.exp(0.5 * Math.log(1 - modulus(j) ** 2));
  const p = each(
    re.length,
    (j) => modulus(j) * (Math.cos(phase(j)) * re[j]! - Math.sin(phase(j)) * im[j]!) + gamma(j) * k.dot("B_re", j, k.x),
  );
  const q = each(
    re.length,
    (j) => modulus(j) * (Math.sin(phase(j)) * re[j]! + Math.cos(phase(j)) * im[j]!) + gamma(j) * k.dot("B_im", j, k.x),
  );
  return {
    output: each(k.units, (j) => k.dot("C_re", j, p) - k.dot("C_im", j, q) + k.dot("D", j, k.x)),
    next: { p, q },
  };
}

/** y = g (x - mean) / sqrt(variance + ε) + b (Ba et al. 2016). */
function layerNormStep(k: Known): ReturnType<PublishedStep> {
  const normal = standardised(k.x);
  return { output: each(k.x.length, (j) => k.at("g", j) * normal[j]! + k.at("b", j)), next: {} };
}

/** A cell without its paper's step here does not compile. */
export const publishedSteps: Readonly<Record<CellName, PublishedStep>> = {
  ...publishedAttentionSteps,
  ...publishedLstmSteps,
  rnn: elmanStep(Math.tanh),
  "rnn-relu": elmanStep(relu),
  "rnn-irnn": elmanStep(relu),
  jordan: jordanStep,
  indrnn: indrnnStep,
  gru: gruStep,
  "gru-v1": firstGruStep,
  mgu: mguStep,
  ugrnn: ugrnnStep,
  janet: janetStep,
  "recurrent-highway": highwayStep,
  sru: sruStep,
  qrnn: qrnnStep,
  "min-gru": minGruStep,
  "min-lstm": minLstmStep,
  lru: lruStep,
  leaky: leakyStep,
  "echo-state": elmanStep(Math.tanh),
  dense: denseStep(identity),
  "dense-tanh": denseStep(Math.tanh),
  "dense-relu": denseStep(relu),
  "dense-sigmoid": denseStep(sigmoid),
  "layer-norm": layerNormStep,
};
