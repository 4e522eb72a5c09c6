/** Reservoirs and the leaky integrators they are often made of. */

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
