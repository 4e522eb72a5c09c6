/** Gated recurrent units. */

export const gruCells = {
  gru: {
    text: `
      r = sigmoid(W_r x + U_r h + b_r)
      z = sigmoid(W_z x + U_z h + b_z)
      n = tanh(W_n x + b_n + r * (U_n h + v_n))
      h' = (1 - z) * n + z * h`,
    source:
      "K. Cho et al. (2014), Learning phrase representations using RNN encoder–decoder for statistical machine translation; reset after the product as in cuDNN and PyTorch",
    summary: "Gated recurrent unit, reset after the product",
  },
  "gru-v1": {
    text: `
      r = sigmoid(W_r x + U_r h + b_r)
      z = sigmoid(W_z x + U_z h + b_z)
      n = tanh(W_n x + U_n (r * h) + b_n)
      h' = (1 - z) * n + z * h`,
    source:
      "K. Cho et al. (2014), Learning phrase representations using RNN encoder–decoder for statistical machine translation, equations 5 to 8",
    summary: "Gated recurrent unit, reset before the product, as first published",
  },
  mgu: {
    text: `
      f = sigmoid(W_f x + U_f h + b_f)
      n = tanh(W_n x + U_n (f * h) + b_n)
      h' = (1 - f) * h + f * n`,
    source: "G.-B. Zhou, J. Wu, C.-L. Zhang, Z.-H. Zhou (2016), Minimal gated unit for recurrent neural networks",
    summary: "Gated recurrent unit with one gate for both resetting and updating",
  },
} as const;
