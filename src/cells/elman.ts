/** Simple recurrent networks: one layer that reads its own last value. */

export const elmanCells = {
  rnn: {
    text: "h' = tanh(W x + U h + b)",
    source: "J. L. Elman (1990), Finding structure in time",
    summary: "Simple recurrent network with tanh",
  },
  "rnn-relu": {
    text: "h' = relu(W x + U h + b)",
    source: "J. L. Elman (1990), Finding structure in time; with rectified linear units",
    summary: "Simple recurrent network with rectified linear units",
  },
  "rnn-irnn": {
    text: "h' = relu(W x + U h + b)",
    source:
      "Q. V. Le, N. Jaitly, G. E. Hinton (2015), A simple way to initialize recurrent networks of rectified linear units",
    summary: "Rectified linear units that start by keeping their state as it is",
    initialisers: {
      W: { kind: "normal", mean: 0, deviation: 0.001 },
      U: { kind: "identity", scale: 1 },
    },
  },
  jordan: {
    text: `
      n in R^H
      n = tanh(W_n x + U_n h + b_n)
      h' = tanh(V_h n + b_h)`,
    source: "M. I. Jordan (1986), Serial order: a parallel distributed processing approach",
    summary: "Simple recurrent network whose output h, not its hidden layer n, is fed back",
  },
  indrnn: {
    text: "h' = relu(W x + u * h + b)",
    source: "S. Li, W. Li, C. Cook, C. Zhu, Y. Gao (2018), Independently recurrent neural network (IndRNN), equation 2",
    summary: "Each unit reads only its own last value",
    initialisers: { u: { kind: "uniform", low: 0, high: 1 } },
  },
} as const;
