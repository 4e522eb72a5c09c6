/** How much of a gradient is left at each step back through time, and why: for a small network with equations, sizes and first values as chosen. */
import { cell, cells, createRandom, initialiseNetwork, network } from "recurra";
import type { Cell, Initialiser } from "recurra";
import {
  findCell,
  findValue,
  gradientThroughTime,
  growthExponents,
  jacobianSpectrum,
  productNorms,
  stepJacobians,
  traceNetwork,
} from "recurra/inspect";
import type { StateGradient, Trace } from "recurra/inspect";

export const gradientCells = ["rnn", "lstm", "gru"] as const;
export const activations = ["tanh", "relu", "linear"] as const;
export const starts = ["random", "orthogonal", "identity"] as const;

/** What is measured. */
export interface GradientQuestion {
  readonly cell: (typeof gradientCells)[number];
  /** Of the simple network alone. */
  readonly activation: (typeof activations)[number];
  /** What recurrent matrices start from. */
  readonly start: (typeof starts)[number];
  /** The spectral radius of every recurrent matrix. */
  readonly radius: number;
  /** What the bias of the gate that keeps the past starts from: of an LSTM the forget gate, of a GRU the update gate. */
  readonly bias: number;
  readonly steps: number;
  readonly hidden: number;
  readonly seed: number;
}

/** What is left of the gradient of one state: ‖∂loss/∂s_t‖ over that of the last step, `[steps]`. */
export interface StateLeft {
  readonly state: string;
  readonly left: Float64Array;
}

export interface GradientLeft {
  /** The state that carries the past first: c of an LSTM, else h. */
  readonly states: readonly StateLeft[];
  /** ‖∂loss/∂W_rec‖ where a gradient goes back through the last 1, 2, … steps alone, `[steps]`; of the simple network alone. */
  readonly weightNorms?: Float64Array;
}

/** Complex numbers. */
export interface Points {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** What the steps do to small differences. */
export interface StepsMeasured {
  /** Of the step that was asked for, from 0. */
  readonly step: number;
  readonly eigenvalues: Points;
  readonly spectralRadius: number;
  /** The largest singular value. */
  readonly norm: number;
  /** ‖J_T … J_(t+1)‖ for each step t: no gradient can be above it, `[steps]`. */
  readonly products: Float64Array;
  /** The largest finite-time exponent: the mean logarithm of growth a step. */
  readonly exponent: number;
  /** Of the simple network alone: the eigenvalues of W_rec, and the mean slope of the activation over all steps and units. */
  readonly weights?: Points;
  readonly slope?: number;
}

const simpleTexts = {
  tanh: "h' = tanh(W x + U h + b)",
  relu: "h' = relu(W x + U h + b)",
  linear: "h' = W x + U h + b",
} as const;

/** The recurrent matrix's first values. */
function recurrentStart({ start, radius }: GradientQuestion): Initialiser {
  switch (start) {
    case "random":
      return { kind: "spectral", radius, density: 1 };
    case "orthogonal":
      return { kind: "orthogonal", gain: radius };
    case "identity":
      return { kind: "identity", scale: radius };
  }
}

/** The cell that is asked about, with its first values. */
export function cellOf(question: GradientQuestion): Cell {
  const U = recurrentStart(question);
  const bias: Initialiser = { kind: "constant", value: question.bias };
  switch (question.cell) {
    case "rnn":
      return cell("rnn", simpleTexts[question.activation], { initialisers: { U } });
    case "lstm":
      return cell("lstm", cells.lstm.text, { initialisers: { "U*": U, b_f: bias } });
    case "gru":
      return cell("gru", cells.gru.text, { initialisers: { "U*": U, b_z: bias } });
  }
}

/** A sequence of the adding problem: numbers in [0, 1), two of them marked, whose sum is asked for. */
export function drawSequence({ steps, seed }: GradientQuestion): {
  readonly inputs: Float64Array;
  readonly target: number;
} {
  const random = createRandom(seed);
  const inputs = Float64Array.from({ length: 2 * steps }, (_, at) => (at % 2 === 0 ? random.uniform() : 0));
  const half = Math.floor(steps / 2);
  const marked = [random.integer(half), half + random.integer(steps - half)];
  for (const step of marked) inputs[2 * step + 1] = 1;
  return { inputs, target: marked.reduce((sum, step) => sum + (inputs[2 * step] ?? NaN), 0) };
}

interface Run {
  readonly trace: Trace;
  /** The gradient of half the squared error towards the answer. */
  readonly error: number;
}

function run(question: GradientQuestion): Run {
  const spec = network({ features: 2 }).recurrent(cellOf(question), { size: question.hidden }).last().dense(1).build();
  const { inputs, target } = drawSequence(question);
  const trace = traceNetwork({ spec, parameters: initialiseNetwork(spec, { seed: question.seed }) }, { inputs });
  return { trace, error: (trace.output.values[0] ?? NaN) - target };
}

/** What is left of the gradient. Takes some milliseconds. */
export function measureLeft(question: GradientQuestion): GradientLeft {
  const { trace, error } = run(question);
  const gradients = gradientThroughTime(trace, { weights: [error] });
  const states = gradients
    .map(({ state, norms }) => {
      const last = norms.at(-1) ?? NaN;
      return { state, left: norms.map((norm) => norm / last) };
    })
    .sort((one, other) => Number(other.state === "c") - Number(one.state === "c"));
  const [gradient] = gradients;
  if (question.cell !== "rnn" || gradient === undefined) return { states };
  return { states, weightNorms: normsByDepth(question, trace, gradient) };
}

/** φ'(a) of each unit at each step, from φ(a): tanh' = 1 - tanh². */
function slopesOf({ activation }: GradientQuestion, trace: Trace): Float64Array {
  const { values } = findValue(findCell(trace), "h'");
  if (activation === "linear") return new Float64Array(values.length).fill(1);
  return values.map((value) => (activation === "tanh" ? 1 - value * value : value > 0 ? 1 : 0));
}

/**
 * The norm of Σ_t δ_t h_(t-1)ᵀ over the last k steps, for each k: δ_t = φ'(a_t) ⊙ ∂loss/∂h_t
 */
function normsByDepth(question: GradientQuestion, trace: Trace, { gradient }: StateGradient): Float64Array {
  const { hidden, steps } = question;
  const slopes = slopesOf(question, trace);
  const states = findValue(findCell(trace), "h'").values;
  const dU = new Float64Array(hidden * hidden);
  return Float64Array.from({ length: steps }, (_, depth) => {
    const step = steps - 1 - depth;
    // Before the first step the state is zero, so that step adds nothing.
    if (step === 0) return Math.hypot(...dU);
    for (let i = 0; i < hidden; i++) {
      const delta = (slopes[step * hidden + i] ?? 0) * (gradient.values[step * hidden + i] ?? 0);
      for (let j = 0; j < hidden; j++)
        dU[i * hidden + j] = (dU[i * hidden + j] ?? 0) + delta * (states[(step - 1) * hidden + j] ?? 0);
    }
    return Math.hypot(...dU);
  });
}

/** What the steps do; `step` is the one whose Jacobian is looked at. Takes from some milliseconds to half a second for the largest sizes. */
export function measureSteps(question: GradientQuestion, step: number): StepsMeasured {
  const { trace } = run(question);
  const jacobians = stepJacobians(trace);
  const at = Math.min(question.steps - 1, Math.max(0, step));
  const [spectrum] = jacobianSpectrum({ size: jacobians.size, matrices: jacobians.matrices.slice(at, at + 1) });
  const measured = {
    step: at,
    eigenvalues: spectrum?.eigenvalues ?? { real: new Float64Array(0), imaginary: new Float64Array(0) },
    spectralRadius: spectrum?.spectralRadius ?? NaN,
    norm: spectrum?.norm ?? NaN,
    products: productNorms(jacobians).norms,
    exponent: growthExponents(jacobians, { count: 1 }).exponents[0] ?? NaN,
  };
  if (question.cell !== "rnn") return measured;
  const U = Float64Array.from(trace.model.parameters["0.U"] ?? []);
  const [own] = jacobianSpectrum({ size: question.hidden, matrices: [U] });
  const slopes = slopesOf(question, trace);
  return {
    ...measured,
    ...(own === undefined ? {} : { weights: own.eigenvalues }),
    slope: slopes.reduce((sum, slope) => sum + slope, 0) / slopes.length,
  };
}
