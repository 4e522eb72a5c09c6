/** One step of the cells that attend to a memory as their papers write it. */
import type { CellName } from "../../src/cells/index.ts";
import { each, sigmoid } from "./published-step.ts";
import type { Known, PublishedStep } from "./published-step.ts";

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** α_s = exp(score_s) / Σ exp(score), c = Σ α_s m_s. */
function attend({ memory }: Known, scoreOf: (row: readonly number[]) => number): number[] {
  const powers = memory.map((row) => Math.exp(scoreOf(row)));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return memory[0]!.map((_, j) => memory.reduce((sum, row, s) => sum + (powers[s]! / total) * row[j]!, 0));
}

/** v_aᵀ tanh(W_a q + U_a m_s). */
function additive(k: Known, query: readonly number[]): (row: readonly number[]) => number {
  return (row) => {
    let score = 0;
    for (let j = 0; j < k.count("v_a"); j++)
      score += k.at("v_a", j) * Math.tanh(k.dot("W_a", j, query) + k.dot("U_a", j, row));
    return score;
  };
}

/** h̃ = tanh(W_c [c; h]) (Luong et al. 2015, equation 5). */
function luongStep(scoreOf: (k: Known) => (row: readonly number[]) => number): PublishedStep {
  return (k) => {
    const c = attend(k, scoreOf(k));
    const output = each(k.units, (j) => Math.tanh(k.dot("W_c", j, c) + k.dot("V", j, k.x) + k.at("b", j)));
    return { output, next: {} };
  };
}

/** W x + U h + C c + b, with names ending in `suffix`. */
function createSum(k: Known, h: readonly number[], c: readonly number[]): (suffix: string, j: number) => number {
  return (suffix, j) =>
    k.dot(`W${suffix}`, j, k.x) + k.dot(`U${suffix}`, j, h) + k.dot(`C${suffix}`, j, c) + k.at(`b${suffix}`, j);
}

/** Bahdanau et al. (2015), appendix A.1.2: s_i = (1 - z) ∘ s + z ∘ tanh(W e + U [r ∘ s] + C c). */
const gruStep: PublishedStep = (k) => {
  const s = k.state("h");
  const c = attend(k, additive(k, s));
  const gate = createSum(k, s, c);
  const reset = each(s.length, (j) => sigmoid(gate("_r", j)) * s[j]!);
  const h = each(s.length, (j) => {
    const z = sigmoid(gate("_z", j));
    return (1 - z) * s[j]! + z * Math.tanh(createSum(k, reset, c)("_n", j));
  });
  return { output: h, next: { h } };
};

const lstmStep: PublishedStep = (k) => {
  const [h, memory] = [k.state("h"), k.state("c")];
  const sum = createSum(k, h, attend(k, additive(k, h)));
  const c = each(h.length, (j) => sigmoid(sum("_f", j)) * memory[j]! + sigmoid(sum("_i", j)) * Math.tanh(sum("_g", j)));
  const output = each(h.length, (j) => sigmoid(sum("_o", j)) * Math.tanh(c[j]!));
  return { output, next: { h: output, c } };
};

type AttentionName = Extract<CellName, `attention-${string}` | `${string}-attention`>;

/** By name. */
export const publishedAttentionSteps: Readonly<Record<AttentionName, PublishedStep>> = {
  "attention-dot": luongStep((k) => (row) => dot(k.x, row)),
  "attention-general": luongStep(
    (k) => (row) =>
      dot(
        each(row.length, (j) => k.dot("W_a", j, k.x)),
        row,
      ),
  ),
  "attention-concat": luongStep((k) => additive(k, k.x)),
  "lstm-attention": lstmStep,
  "gru-attention": gruStep,
};
