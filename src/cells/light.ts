/** Cells with one gate between keeping the state and computing a new one, and the deep kind of them. */

export const lightCells = {
  ugrnn: {
    text: `
      n = tanh(W_n x + U_n h + b_n)
      g = sigmoid(W_g x + U_g h + b_g)
      h' = g * h + (1 - g) * n`,
    source: "J. Collins, J. Sohl-Dickstein, D. Sussillo (2017), Capacity and trainability in recurrent neural networks",
    summary: "Update gate RNN: one gate between keeping and computing",
    initialisers: { b_g: { kind: "constant", value: 1 } },
  },
  janet: {
    text: `
      s = W_f x + U_f h + b_f
      n = tanh(W_n x + U_n h + b_n)
      h' = sigmoid(s) * h + (1 - sigmoid(s - beta)) * n`,
    source: "J. van der Westhuizen, J. Lasenby (2018), The unreasonable effectiveness of the forget gate",
    summary: "LSTM with nothing but its forget gate",
    constants: { beta: 1 },
    initialisers: { b_f: { kind: "constant", value: 1 } },
  },
  // The transform gates start nearly closed, so that the state is carried at first.
  "recurrent-highway": {
    text: `
      n_1 = tanh(W_n x + U_n1 h + b_n1)
      g_1 = sigmoid(W_g x + U_g1 h + b_g1)
      s_1 = n_1 * g_1 + h * (1 - g_1)
      n_2 = tanh(U_n2 s_1 + b_n2)
      g_2 = sigmoid(U_g2 s_1 + b_g2)
      h' = n_2 * g_2 + s_1 * (1 - g_2)`,
    source:
      "J. G. Zilly, R. K. Srivastava, J. Koutník, J. Schmidhuber (2017), Recurrent highway networks; carry gate 1 - transform gate",
    summary: "Two highway layers within each step",
    initialisers: { "b_g*": { kind: "constant", value: -2 } },
  },
} as const;
