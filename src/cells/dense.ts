/** Cells without a state: the layers of feed-forward networks. */

export const denseCells = {
  dense: {
    text: "y = W x + b",
    source: "B. Widrow, M. E. Hoff (1960), Adaptive switching circuits",
    summary: "Dense layer, linear",
  },
  "dense-tanh": {
    text: "y = tanh(W x + b)",
    source: "D. E. Rumelhart, G. E. Hinton, R. J. Williams (1986), Learning representations by back-propagating errors",
    summary: "Dense layer with tanh",
  },
  "dense-relu": {
    text: "y = relu(W x + b)",
    source: "V. Nair, G. E. Hinton (2010), Rectified linear units improve restricted Boltzmann machines",
    summary: "Dense layer with rectified linear units",
  },
  "dense-sigmoid": {
    text: "y = sigmoid(W x + b)",
    source: "D. E. Rumelhart, G. E. Hinton, R. J. Williams (1986), Learning representations by back-propagating errors",
    summary: "Dense layer with sigmoid units",
  },
  "layer-norm": {
    text: "y = g * norm(x) + b",
    source: "J. L. Ba, J. R. Kiros, G. E. Hinton (2016), Layer normalization",
    summary: "Normalises the features of its input, then scales and shifts them",
    initialisers: { g: { kind: "constant", value: 1 } },
  },
} as const;
