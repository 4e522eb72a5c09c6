/** The LSTM with a forget gate, and cells that add something to it. */

export const lstmCells = {
  lstm: {
    text: `
      i = sigmoid(W_i x + U_i h + b_i)
      f = sigmoid(W_f x + U_f h + b_f)
      g = tanh(W_g x + U_g h + b_g)
      o = sigmoid(W_o x + U_o h + b_o)
      c' = f * c + i * g
      h' = o * tanh(c')`,
    source:
      "S. Hochreiter, J. Schmidhuber (1997), Long short-term memory; F. A. Gers, J. Schmidhuber, F. Cummins (2000), Learning to forget",
    summary: "Long short-term memory with a forget gate; form NP of the LSTM search space",
    initialisers: { b_f: { kind: "constant", value: 1 } },
  },
  "lstm-layernorm": {
    text: `
      i = sigmoid(r_i * norm(U_i h) + s_i * norm(W_i x) + b_i)
      f = sigmoid(r_f * norm(U_f h) + s_f * norm(W_f x) + b_f)
      g = tanh(r_g * norm(U_g h) + s_g * norm(W_g x) + b_g)
      o = sigmoid(r_o * norm(U_o h) + s_o * norm(W_o x) + b_o)
      c' = f * c + i * g
      h' = o * tanh(s_c * norm(c') + b_c)`,
    source:
      "J. L. Ba, J. R. Kiros, G. E. Hinton (2016), Layer normalization, supplementary material; each gate normalised by itself",
    summary: "LSTM whose products and memory are normalised over the units",
    initialisers: {
      "r_*": { kind: "constant", value: 1 },
      "s_*": { kind: "constant", value: 1 },
      b_f: { kind: "constant", value: 1 },
    },
  },
  "lstm-projection": {
    text: `
      h in R^P
      i = sigmoid(W_i x + U_i h + b_i)
      f = sigmoid(W_f x + U_f h + b_f)
      g = tanh(W_g x + U_g h + b_g)
      o = sigmoid(W_o x + U_o h + b_o)
      c' = f * c + i * g
      h' = V (o * tanh(c'))`,
    source:
      "H. Sak, A. Senior, F. Beaufays (2014), Long short-term memory recurrent neural network architectures for large scale acoustic modeling; without peepholes",
    summary: "LSTM whose state is a projection of a larger memory",
    sizes: { P: "H/2" },
    initialisers: { b_f: { kind: "constant", value: 1 } },
  },
  "lstm-multiplicative": {
    text: `
      m in R^H
      m = (W_m x) * (U_m h)
      i = sigmoid(W_i x + U_i m + b_i)
      f = sigmoid(W_f x + U_f m + b_f)
      g = tanh(W_g x + U_g m + b_g)
      o = sigmoid(W_o x + U_o m + b_o)
      c' = f * c + i * g
      h' = o * tanh(c')`,
    source: "B. Krause, L. Lu, I. Murray, S. Renals (2016), Multiplicative LSTM for sequence modelling",
    summary: "LSTM whose recurrent weights depend on the input",
    initialisers: { b_f: { kind: "constant", value: 1 } },
  },
  // From states of zero, n' = i > 0 and h' = o * z in the first step, whatever m starts from.
  slstm: {
    text: `
      z = tanh(W_z x + U_z h + b_z)
      o = sigmoid(W_o x + U_o h + b_o)
      log_i = W_i x + U_i h + b_i
      log_f = log_sigmoid(W_f x + U_f h + b_f)
      m' = max(log_f + m, log_i)
      i = exp(log_i - m')
      f = exp(log_f + m - m')
      c' = f * c + i * z
      n' = f * n + i
      h' = o * (c' / n')`,
    source:
      "M. Beck et al. (2024), xLSTM: extended long short-term memory, equations 8 to 17 with a sigmoid forget gate",
    summary: "LSTM with an exponential input gate, a normaliser n and a stabiliser m",
    initialisers: { b_f: { kind: "constant", value: 1 } },
  },
} as const;
