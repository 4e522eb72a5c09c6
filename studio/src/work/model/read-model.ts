/** Model files of every format that the library reads, as models with layers. */
import { load, RecurraError, save } from "recurra";
import type { GraphModel, LoadedModel } from "recurra";

/** Each reader is loaded when a file asks for it: most pages open none of them. */
const readers: Readonly<Record<string, (bytes: Uint8Array, source: string) => Promise<GraphModel>>> = {
  onnx: async (bytes) => (await import("recurra/formats/onnx")).readOnnx(bytes),
  keras: async (bytes) => (await import("recurra/formats/keras")).readKeras(bytes),
  torch: async (bytes, source) => (await import("recurra/formats/torch")).readTorch(bytes, { source }),
};

const formats: Readonly<Record<string, keyof typeof readers>> = {
  onnx: "onnx",
  keras: "keras",
  h5: "keras",
  hdf5: "keras",
  pt: "torch",
  pth: "torch",
};

/** The model in a file. Throws what the format's reader throws, and `graph/no-network` where a model is no chain of layers. */
export async function readModel(name: string, bytes: Uint8Array): Promise<LoadedModel> {
  const format = formats[/\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ""];
  if (format !== undefined) return readForeign(format, name, bytes);
  try {
    return load(bytes, { source: name });
  } catch (error) {
    // Tensors that say nothing of a network are PyTorch's.
    if (!(error instanceof RecurraError) || error.code !== "file/no-model") throw error;
    return readForeign("torch", name, bytes);
  }
}

/** As the library's own file has it, with a self-test of what was read. */
async function readForeign(format: string, name: string, bytes: Uint8Array): Promise<LoadedModel> {
  const graph = await readers[format]!(bytes, name);
  try {
    const network = graph.network();
    const own = save(network);
    network.dispose();
    return load(own, { source: name });
  } finally {
    graph.dispose();
  }
}
