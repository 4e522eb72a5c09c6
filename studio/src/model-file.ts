/** Names of model files: Recurra's own, and those of other frameworks that can be opened. */
export const modelFile: RegExp = /\.(safetensors|checkpoint|onnx|keras|h5|hdf5|pt|pth)$/i;
