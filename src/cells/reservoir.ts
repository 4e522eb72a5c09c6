/** Reservoirs and the leaky integrators they are often made of. */
import { cell } from "../language/index.ts";
import type { Cell } from "../language/index.ts";
import { RecurraError } from "../util/errors.ts";

export const reservoirCells = {
  leaky: {
    text: "h' = (1 - alpha) * h + alpha * tanh(W x + U h + b)",
    source:
      "H. Jaeger, M. Lukoševičius, D. Popovici, U. Siewert (2007), Optimization and applications of echo state networks with leaky-integrator neurons",
    summary: "Leaky integrator: a simple recurrent network that moves a share alpha of the way in each step",
    constants: { alpha: 0.3 },
  },
  "echo-state": {
    text: "h' = tanh(W x + U h + b)",
    source: "H. Jaeger (2001), The “echo state” approach to analysing and training recurrent neural networks",
    summary: "Random reservoir that is never trained; only what reads it is",
    frozen: ["W", "U", "b"],
    initialisers: {
      W: { kind: "uniform", low: -0.5, high: 0.5 },
      U: { kind: "spectral", radius: 0.9, density: 0.1 },
      b: { kind: "uniform", low: -0.5, high: 0.5 },
    },
  },
} as const;

export interface ReservoirOptions {
  /** The largest absolute eigenvalue of U: near 1 the past is kept for long, small it is soon forgotten. 0.9 */
  readonly spectralRadius?: number;
  /** The share of the way that a unit moves in each step (a leaky integrator); 1 is all of it. 1 */
  readonly leak?: number;
  /** W is uniform within ± this. 0.5 */
  readonly inputScale?: number;
  /** b is uniform within ± this. 0.5 */
  readonly biasScale?: number;
  /** The share of the connections in U that are there. 0.1 */
  readonly density?: number;
}

/**
 * An echo state network's reservoir with settings of one's own (M. Lukoševičius 2012, A practical guide to applying echo state networks). Nothing of it is
 * trained. Throws `util/bad-argument`.
 */
export function reservoirCell(options: ReservoirOptions = {}): Cell {
  const { spectralRadius = 0.9, leak = 1, inputScale = 0.5, biasScale = 0.5, density = 0.1 } = options;
  const check = (name: string, value: number, holds: boolean, wanted: string): void => {
    if (!holds) throw new RecurraError("util/bad-argument", `${name} is ${value}; give ${wanted}.`);
  };
  const isFinite = (value: number): boolean => value >= 0 && value < Infinity;
  check("spectralRadius", spectralRadius, isFinite(spectralRadius), "a number of at least 0, such as 0.9");
  check("leak", leak, leak > 0 && leak <= 1, "a share above 0, at most 1");
  check("inputScale", inputScale, isFinite(inputScale), "a number of at least 0");
  check("biasScale", biasScale, isFinite(biasScale), "a number of at least 0");
  check("density", density, density > 0 && density <= 1, "a share above 0, at most 1");
  const { text, source, summary, frozen } = reservoirCells["echo-state"];
  const isLeaky = leak < 1;
  return cell("echo-state", isLeaky ? "h' = (1 - leak) * h + leak * tanh(W x + U h + b)" : text, {
    source,
    summary,
    frozen,
    ...(isLeaky ? { constants: { leak } } : {}),
    initialisers: {
      W: { kind: "uniform", low: -inputScale, high: inputScale },
      U: { kind: "spectral", radius: spectralRadius, density },
      b: { kind: "uniform", low: -biasScale, high: biasScale },
    },
  });
}
