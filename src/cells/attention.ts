/** Cells that attend to a memory, such as all that an encoder has said: layers upon a decoder's state, and decoders that look before each step. */

export const attentionCells = {
  "attention-dot": {
    text: "y = tanh(W_c attend(x, memory) + V x + b)",
    source:
      "M.-T. Luong, H. Pham, C. D. Manning (2015), Effective approaches to attention-based neural machine translation, equation 5, with the score dot of equation 8 and a bias",
    summary: "Attention upon a decoder's state x: a row m scores x · m",
  },
  "attention-general": {
    text: "y = tanh(W_c attend(W_a x, memory) + V x + b)",
    source:
      "M.-T. Luong, H. Pham, C. D. Manning (2015), Effective approaches to attention-based neural machine translation, equation 5, with the score general of equation 8 and a bias",
    summary: "Attention upon a decoder's state x: a row m scores W_a x · m",
    sizes: { M: "H" },
  },
  "attention-concat": {
    text: `
      v_a in R^A
      y = tanh(W_c attend(W_a x, U_a memory, memory, v_a) + V x + b)`,
    source:
      "M.-T. Luong, H. Pham, C. D. Manning (2015), Effective approaches to attention-based neural machine translation, equation 5, with the score concat of equation 8 and a bias",
    summary: "Attention upon a decoder's state x: a layer of tanh scores a row",
    sizes: { A: "H", M: "H" },
    initialisers: { v_a: { kind: "glorot" } },
  },
  "lstm-attention": {
    text: `
      v_a in R^A
      a = attend(W_a h, U_a memory, memory, v_a)
      i = sigmoid(W_i x + U_i h + C_i a + b_i)
      f = sigmoid(W_f x + U_f h + C_f a + b_f)
      g = tanh(W_g x + U_g h + C_g a + b_g)
      o = sigmoid(W_o x + U_o h + C_o a + b_o)
      c' = f * c + i * g
      h' = o * tanh(c')`,
    source:
      "D. Bahdanau, K. Cho, Y. Bengio (2015), Neural machine translation by jointly learning to align and translate, appendix A.1.2, with an LSTM in place of its gated unit",
    summary: "LSTM whose gates read what its last state attends to",
    sizes: { A: "H", M: "H" },
    initialisers: { b_f: { kind: "constant", value: 1 }, v_a: { kind: "glorot" } },
  },
  "gru-attention": {
    text: `
      v_a in R^A
      a = attend(W_a h, U_a memory, memory, v_a)
      r = sigmoid(W_r x + U_r h + C_r a + b_r)
      z = sigmoid(W_z x + U_z h + C_z a + b_z)
      n = tanh(W_n x + U_n (r * h) + C_n a + b_n)
      h' = (1 - z) * h + z * n`,
    source:
      "D. Bahdanau, K. Cho, Y. Bengio (2015), Neural machine translation by jointly learning to align and translate, appendix A.1.2, with biases",
    summary: "GRU whose gates read what its last state attends to",
    sizes: { A: "H", M: "H" },
    initialisers: { v_a: { kind: "glorot" } },
  },
} as const;
