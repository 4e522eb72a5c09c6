/** A model of TF.js as its files: a simple recurrent layer and a dense one, the weights in two files. */

interface TfjsFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** `model.json` and the files of weights that it names. */
export function tfjsModel(): readonly [model: TfjsFile, ...weights: TfjsFile[]] {
  const layers = [
    {
      class_name: "SimpleRNN",
      config: {
        name: "rnn",
        batch_input_shape: [null, 7, 3],
        dtype: "float32",
        units: 4,
        activation: "tanh",
        use_bias: true,
        return_sequences: false,
      },
    },
    { class_name: "Dense", config: { name: "dense", units: 2, activation: "linear", use_bias: true } },
  ];
  const groups = [
    [
      { name: "rnn/kernel", shape: [3, 4], dtype: "float32" },
      { name: "rnn/recurrent_kernel", shape: [4, 4], dtype: "float32" },
      { name: "rnn/bias", shape: [4], dtype: "float32" },
    ],
    [
      { name: "dense/kernel", shape: [4, 2], dtype: "float32" },
      { name: "dense/bias", shape: [2], dtype: "float32" },
    ],
  ];
  const paths = groups.map((_, at) => `group${at + 1}-shard1of1.bin`);
  const model = {
    format: "layers-model",
    modelTopology: {
      class_name: "Sequential",
      config: { name: "sequential", layers },
      keras_version: "tfjs-layers 4.22.0",
      backend: "tensor_flow.js",
    },
    weightsManifest: groups.map((weights, at) => ({ paths: [paths[at]], weights })),
  };
  const weights = groups.map((group, at): TfjsFile => {
    const count = group.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);
    const numbers = Float32Array.from({ length: count }, (_, n) => Math.sin(n + at) / 2);
    return { name: paths[at]!, bytes: new Uint8Array(numbers.buffer) };
  });
  return [{ name: "model.json", bytes: new TextEncoder().encode(JSON.stringify(model)) }, ...weights];
}
