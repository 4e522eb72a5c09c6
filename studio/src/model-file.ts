/** Names of model files: Recurra's own, and those of other frameworks that can be opened. */
export const modelFile: RegExp = /\.(safetensors|checkpoint|onnx|keras|h5|hdf5|pt|pth)$|^model\.json$/i;

/** Names of files that hold weights of a model beside them: of TF.js and ONNX. */
export const weightsFile: RegExp = /\.(bin|data|onnx_data|weights)$/i;

interface Named {
  readonly name: string;
}

/** The file that is the model, of some that were chosen together, and the others; undefined of none. */
export function findModelFile<T extends Named>(
  files: readonly T[],
): { readonly model: T; readonly beside: readonly T[] } | undefined {
  const model =
    files.find(({ name }) => modelFile.test(name)) ?? files.find(({ name }) => /\.json$/i.test(name)) ?? files[0];
  return model === undefined ? undefined : { model, beside: files.filter((file) => file !== model) };
}
