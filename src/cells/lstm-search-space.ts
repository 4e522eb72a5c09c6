/**
 * The forms that Greff et al. compared: the LSTM with peepholes (V), and what is left when one thing is taken away or one thing added.
 * The form without peepholes (NP) is the plain `lstm`.
 */

export const lstmSearchSpaceCells = {
  "lstm-peephole": {
    text: `
      i = sigmoid(W_i x + U_i h + p_i * c + b_i)
      f = sigmoid(W_f x + U_f h + p_f * c + b_f)
      g = tanh(W_g x + U_g h + b_g)
      c' = f * c + i * g
      o = sigmoid(W_o x + U_o h + p_o * c' + b_o)
      h' = o * tanh(c')`,
    source:
      "F. A. Gers, J. Schmidhuber (2000), Recurrent nets that time and count; K. Greff et al. (2017), LSTM: a search space odyssey, form V",
    summary: "LSTM whose gates see the memory",
    initialisers: { b_f: { kind: "constant", value: 1 } },
  },
  "lstm-nig": {
    text: `
      f = sigmoid(W_f x + U_f h + p_f * c + b_f)
      g = tanh(W_g x + U_g h + b_g)
      c' = f * c + g
      o = sigmoid(W_o x + U_o h + p_o * c' + b_o)
      h' = o * tanh(c')`,
    source: "K. Greff et al. (2017), LSTM: a search space odyssey, form NIG",
    summary: "Peephole LSTM without an input gate",
    initialisers: { b_f: { kind: "constant", value: 1 } },
  },
  "lstm-nfg": {
    text: `
      i = sigmoid(W_i x + U_i h + p_i * c + b_i)
      g = tanh(W_g x + U_g h + b_g)
      c' = c + i * g
      o = sigmoid(W_o x + U_o h + p_o * c' + b_o)
      h' = o * tanh(c')`,
    source: "K. Greff et al. (2017), LSTM: a search space odyssey, form NFG",
    summary: "Peephole LSTM without a forget gate",
  },
  "lstm-nog": {
    text: `
      i = sigmoid(W_i x + U_i h + p_i * c + b_i)
      f = sigmoid(W_f x + U_f h + p_f * c + b_f)
      g = tanh(W_g x + U_g h + b_g)
      c' = f * c + i * g
      h' = tanh(c')`,
    source: "K. Greff et al. (2017), LSTM: a search space odyssey, form NOG",
    summary: "Peephole LSTM without an output gate",
    initialisers: { b_f: { kind: "constant", value: 1 } },
  },
  "lstm-niaf": {
    text: `
      i = sigmoid(W_i x + U_i h + p_i * c + b_i)
      f = sigmoid(W_f x + U_f h + p_f * c + b_f)
      g = W_g x + U_g h + b_g
      c' = f * c + i * g
      o = sigmoid(W_o x + U_o h + p_o * c' + b_o)
      h' = o * tanh(c')`,
    source: "K. Greff et al. (2017), LSTM: a search space odyssey, form NIAF",
    summary: "Peephole LSTM without an input activation function",
    initialisers: { b_f: { kind: "constant", value: 1 } },
  },
  "lstm-noaf": {
    text: `
      i = sigmoid(W_i x + U_i h + p_i * c + b_i)
      f = sigmoid(W_f x + U_f h + p_f * c + b_f)
      g = tanh(W_g x + U_g h + b_g)
      c' = f * c + i * g
      o = sigmoid(W_o x + U_o h + p_o * c' + b_o)
      h' = o * c'`,
    source: "K. Greff et al. (2017), LSTM: a search space odyssey, form NOAF",
    summary: "Peephole LSTM without an output activation function",
    initialisers: { b_f: { kind: "constant", value: 1 } },
  },
  // The forget gate is 1 - i, so a bias of -1 opens it as far as a forget bias of 1 does.
  "lstm-coupled": {
    text: `
      i = sigmoid(W_i x + U_i h + p_i * c + b_i)
      g = tanh(W_g x + U_g h + b_g)
      c' = (1 - i) * c + i * g
      o = sigmoid(W_o x + U_o h + p_o * c' + b_o)
      h' = o * tanh(c')`,
    source: "K. Greff et al. (2017), LSTM: a search space odyssey, form CIFG",
    summary: "Peephole LSTM that forgets as much as it takes in",
    initialisers: { b_i: { kind: "constant", value: -1 } },
  },
  "lstm-fgr": {
    text: `
      i' = sigmoid(W_i x + U_i h + p_i * c + R_ii i + R_fi f + R_oi o + b_i)
      f' = sigmoid(W_f x + U_f h + p_f * c + R_if i + R_ff f + R_of o + b_f)
      g = tanh(W_g x + U_g h + b_g)
      c' = f' * c + i' * g
      o' = sigmoid(W_o x + U_o h + p_o * c' + R_io i + R_fo f + R_oo o + b_o)
      h' = o' * tanh(c')`,
    source: "K. Greff et al. (2017), LSTM: a search space odyssey, form FGR",
    summary: "Peephole LSTM whose gates also read the gates of the step before",
    initialisers: { b_f: { kind: "constant", value: 1 } },
  },
} as const;
