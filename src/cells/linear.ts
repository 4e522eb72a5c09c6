/** Cells whose gates read the input alone, so that the recurrence itself is elementwise and (but for the SRU) linear in the state. */

export const linearCells = {
  // E[v] = 0 and Var[v] = 1/2, as each gate adds two terms of which v * c is one: the reference implementation's choice.
  sru: {
    text: `
      n = W_n x
      f = sigmoid(W_f x + v_f * c + b_f)
      r = sigmoid(W_r x + v_r * c + b_r)
      c' = f * c + (1 - f) * n
      y = r * c' + (1 - r) * (W_s x)`,
    source:
      "T. Lei, Y. Zhang, S. I. Wang, H. Dai, Y. Artzi (2018), Simple recurrent units for highly parallelizable recurrence; the skip connection goes through W_s, so input and state may differ in size",
    summary: "Simple recurrent unit: elementwise recurrence with a highway past it",
    initialisers: { "v_*": { kind: "uniform", low: -1.224744871391589, high: 1.224744871391589 } },
  },
  qrnn: {
    text: `
      p in R^I
      z = tanh(W_z x + V_z p + b_z)
      f = sigmoid(W_f x + V_f p + b_f)
      o = sigmoid(W_o x + V_o p + b_o)
      c' = f * c + (1 - f) * z
      p' = x
      y = o * c'`,
    source:
      "J. Bradbury, S. Merity, C. Xiong, R. Socher (2017), Quasi-recurrent neural networks; filter width 2, fo-pooling",
    summary: "Convolution over two steps, pooled by forget and output gates",
    initialisers: { b_f: { kind: "constant", value: 1 } },
  },
  "min-gru": {
    text: `
      z = sigmoid(W_z x + b_z)
      n = W_n x + b_n
      h' = (1 - z) * h + z * n`,
    source: "L. Feng, F. Tung, M. O. Ahmed, Y. Bengio, H. Hajimirsadeghi (2024), Were RNNs all we needed?",
    summary: "GRU whose gate and candidate do not read the state",
  },
  "min-lstm": {
    text: `
      f = sigmoid(W_f x + b_f)
      i = sigmoid(W_i x + b_i)
      n = W_n x + b_n
      h' = f / (f + i) * h + i / (f + i) * n`,
    source: "L. Feng, F. Tung, M. O. Ahmed, Y. Bengio, H. Hajimirsadeghi (2024), Were RNNs all we needed?",
    summary: "LSTM whose gates do not read the state and share one whole",
    initialisers: { b_f: { kind: "constant", value: 1 } },
  },
  // The complex state is p + i q, the eigenvalues are λ = r exp(i exp(theta)), and sqrt(1 - |λ|²) keeps the state's size.
  lru: {
    text: `
      r = exp(-exp(nu))
      a = r * cos(exp(theta))
      b = r * sin(exp(theta))
      g = sqrt(1 - r * r)
      p' = a * p - b * q + g * (B_re x)
      q' = b * p + a * q + g * (B_im x)
      y = C_re p' - C_im q' + D x`,
    source:
      "A. Orvieto et al. (2023), Resurrecting recurrent neural networks for long sequences, equation 7; its γ kept at sqrt(1 - |λ|²), where the paper starts it",
    summary: "Linear recurrent unit: a complex diagonal recurrence with eigenvalues on a ring",
    initialisers: {
      nu: { kind: "ring-nu", low: 0.5, high: 0.99 },
      theta: { kind: "ring-theta", maxPhase: 6.283185307179586 },
      "B_*": { kind: "glorot" },
      "C_*": { kind: "glorot" },
    },
  },
} as const;
