/** One step of each cell of the LSTM family as its paper writes it, in scalar loops. */
import type { CellName } from "../../src/cells/index.ts";
import { each, sigmoid, standardised } from "./published-step.ts";
import type { Known, PublishedStep } from "./published-step.ts";

/** Preactivations of an LSTM: sums over the inputs and the last outputs. */
function createGate({ x, dot, at }: Known, h: readonly number[]): (name: string, j: number) => number {
  return (name, j) => dot(`W_${name}`, j, x) + dot(`U_${name}`, j, h) + at(`b_${name}`, j);
}

function lstmStep(k: Known): ReturnType<PublishedStep> {
  const gate = createGate(k, k.state("h"));
  const c = k.state("c");
  const memory = each(c.length, (j) => sigmoid(gate("f", j)) * c[j]! + sigmoid(gate("i", j)) * Math.tanh(gate("g", j)));
  const h = each(c.length, (j) => sigmoid(gate("o", j)) * Math.tanh(memory[j]!));
  return { output: h, next: { h, c: memory } };
}

/** What differs between the forms of Greff et al. (2017), section II and figure 1. */
interface SearchSpaceForm {
  readonly inputGate?: "none" | "coupled";
  readonly forgetGate?: "none";
  readonly outputGate?: "none";
  readonly inputActivation?: (v: number) => number;
  readonly outputActivation?: (v: number) => number;
}

/**
 *     z = g(W_z x + R_z y + b_z)                        i = σ(W_i x + R_i y + p_i ⊙ c + b_i)
 *     f = σ(W_f x + R_f y + p_f ⊙ c + b_f)              c' = z ⊙ i + c ⊙ f
 *     o = σ(W_o x + R_o y + p_o ⊙ c' + b_o)             y' = h(c') ⊙ o
 */
function searchSpaceStep(form: SearchSpaceForm): PublishedStep {
  return (k) => {
    const gate = createGate(k, k.state("h"));
    const c = k.state("c");
    const peephole = (name: string, j: number, memory: readonly number[]): number =>
      sigmoid(gate(name, j) + k.at(`p_${name}`, j) * memory[j]!);
    const activate = form.inputActivation ?? Math.tanh;
    const squash = form.outputActivation ?? Math.tanh;
    const memory = each(c.length, (j) => {
      const i = form.inputGate === "none" ? 1 : peephole("i", j, c);
      const f = form.forgetGate === "none" ? 1 : form.inputGate === "coupled" ? 1 - i : peephole("f", j, c);
      return activate(gate("g", j)) * i + c[j]! * f;
    });
    const y = each(c.length, (j) => squash(memory[j]!) * (form.outputGate === "none" ? 1 : peephole("o", j, memory)));
    return { output: y, next: { h: y, c: memory } };
  };
}

/** FGR: every gate also reads all three gates of the step before, through R_ii, R_fi, R_oi and so on. */
function fullGateRecurrenceStep(k: Known): ReturnType<PublishedStep> {
  const gate = createGate(k, k.state("h"));
  const c = k.state("c");
  const recurrent = (to: string, j: number): number =>
    ["i", "f", "o"].reduce((sum, from) => sum + k.dot(`R_${from}${to}`, j, k.state(from)), 0);
  const open = (name: string, memory: readonly number[]): number[] =>
    each(c.length, (j) => sigmoid(gate(name, j) + recurrent(name, j) + k.at(`p_${name}`, j) * memory[j]!));
  const [i, f] = [open("i", c), open("f", c)];
  const memory = each(c.length, (j) => Math.tanh(gate("g", j)) * i[j]! + c[j]! * f[j]!);
  const o = open("o", memory);
  const h = each(c.length, (j) => Math.tanh(memory[j]!) * o[j]!);
  return { output: h, next: { h, c: memory, i, f, o } };
}

/** (f, i, o, g) = LN(W_h h; α₁) + LN(W_x x; α₂) + b, c' = σ(f) c + σ(i) tanh(g), h' = σ(o) tanh(LN(c'; α₃, β₃)) (Ba et al. 2016). */
function layerNormStep(k: Known): ReturnType<PublishedStep> {
  const [h, c] = [k.state("h"), k.state("c")];
  const gate = (name: string): number[] => {
    const recurrent = standardised(each(h.length, (j) => k.dot(`U_${name}`, j, h)));
    const input = standardised(each(h.length, (j) => k.dot(`W_${name}`, j, k.x)));
    return each(
      h.length,
      (j) => recurrent[j]! * k.at(`r_${name}`, j) + input[j]! * k.at(`s_${name}`, j) + k.at(`b_${name}`, j),
    );
  };
  const [f, i, o, g] = [gate("f"), gate("i"), gate("o"), gate("g")];
  const memory = each(c.length, (j) => sigmoid(f[j]!) * c[j]! + sigmoid(i[j]!) * Math.tanh(g[j]!));
  const normal = standardised(memory);
  const output = each(c.length, (j) => sigmoid(o[j]!) * Math.tanh(k.at("s_c", j) * normal[j]! + k.at("b_c", j)));
  return { output, next: { h: output, c: memory } };
}

/** m_t = o ⊙ tanh(c_t), r_t = W_rm m_t, and the gates read r_{t-1} (Sak et al. 2014). */
function projectionStep(k: Known): ReturnType<PublishedStep> {
  const { output: m, next } = lstmStep(k);
  const r = each(k.state("h").length, (j) => k.dot("V", j, m));
  return { output: r, next: { h: r, c: next["c"]! } };
}

/** m = (W_mx x) ⊙ (W_mh h); every preactivation reads m in place of h (Krause et al. 2016). */
function multiplicativeStep(k: Known): ReturnType<PublishedStep> {
  const h = k.state("h");
  const m = each(h.length, (j) => k.dot("W_m", j, k.x) * k.dot("U_m", j, h));
  return lstmStep({ ...k, state: (name) => (name === "h" ? m : k.state(name)) });
}

/** Equations 8 to 17 of Beck et al. (2024): c' = f' c + i' z, n' = f' n + i', h' = o c'/n', with i' = exp(ĩ - m'), f' = exp(log f + m - m'). */
function stabilisedStep(k: Known): ReturnType<PublishedStep> {
  const gate = createGate(k, k.state("h"));
  const [c, n, m] = [k.state("c"), k.state("n"), k.state("m")];
  const stabiliser = each(c.length, (j) => Math.max(Math.log(sigmoid(gate("f", j))) + m[j]!, gate("i", j)));
  const i = each(c.length, (j) => Math.exp(gate("i", j) - stabiliser[j]!));
  const f = each(c.length, (j) => sigmoid(gate("f", j)) * Math.exp(m[j]! - stabiliser[j]!));
  const memory = each(c.length, (j) => f[j]! * c[j]! + i[j]! * Math.tanh(gate("z", j)));
  const normaliser = each(c.length, (j) => f[j]! * n[j]! + i[j]!);
  const h = each(c.length, (j) => (sigmoid(gate("o", j)) * memory[j]!) / normaliser[j]!);
  return { output: h, next: { h, c: memory, n: normaliser, m: stabiliser } };
}

/** The same without the stabiliser, equations 8 to 14: what it must be equal to wherever exp does not overflow. */
export function unstabilisedStep(k: Known): ReturnType<PublishedStep> {
  const gate = createGate(k, k.state("h"));
  const [c, n] = [k.state("c"), k.state("n")];
  const memory = each(
    c.length,
    (j) => sigmoid(gate("f", j)) * c[j]! + Math.exp(gate("i", j)) * Math.tanh(gate("z", j)),
  );
  const normaliser = each(c.length, (j) => sigmoid(gate("f", j)) * n[j]! + Math.exp(gate("i", j)));
  const h = each(c.length, (j) => (sigmoid(gate("o", j)) * memory[j]!) / normaliser[j]!);
  return { output: h, next: { h, c: memory, n: normaliser } };
}

const identity = (v: number): number => v;

type LstmName = Exclude<Extract<CellName, `lstm${string}` | "slstm">, `${string}-attention`>;

export const publishedLstmSteps: Readonly<Record<LstmName, PublishedStep>> = {
  lstm: lstmStep,
  "lstm-peephole": searchSpaceStep({}),
  "lstm-nig": searchSpaceStep({ inputGate: "none" }),
  "lstm-nfg": searchSpaceStep({ forgetGate: "none" }),
  "lstm-nog": searchSpaceStep({ outputGate: "none" }),
  "lstm-niaf": searchSpaceStep({ inputActivation: identity }),
  "lstm-noaf": searchSpaceStep({ outputActivation: identity }),
  "lstm-coupled": searchSpaceStep({ inputGate: "coupled" }),
  "lstm-fgr": fullGateRecurrenceStep,
  "lstm-layernorm": layerNormStep,
  "lstm-projection": projectionStep,
  "lstm-multiplicative": multiplicativeStep,
  slstm: stabilisedStep,
};
