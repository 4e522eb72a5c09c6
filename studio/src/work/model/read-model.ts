/** Model files of every format that the library reads: models with layers, and graphs that are no chain of them. */
import { load, RecurraError, save } from "recurra";
import type { GraphModel, LoadedModel } from "recurra";
import { StudioError } from "../../studio-error.ts";
import type { GivenFile } from "./model.ts";

/** A model as it can be looked into. */
export type ReadModel =
  | { readonly kind: "layers"; readonly model: LoadedModel }
  | { readonly kind: "graph"; readonly graph: GraphModel; readonly format: string };

interface Format {
  /** As people call it. */
  readonly name: string;
  readonly read: (file: GivenFile, beside: readonly GivenFile[]) => Promise<GraphModel>;
}

/** The last part of a path. */
const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Each reader is loaded when a file asks for it: most pages open none of them. */
const readers = {
  onnx: {
    name: "ONNX",
    read: async ({ bytes }, beside) => {
      const files = new Map(beside.map((file) => [file.name, file.bytes]));
      return (await import("recurra/formats/onnx")).readOnnx(bytes, { files });
    },
  },
  keras: {
    name: "Keras",
    read: async ({ name, bytes }, beside) =>
      (await import("recurra/formats/keras")).readKeras(bytes, { weights: (path) => findWeights(name, path, beside) }),
  },
  torch: {
    name: "PyTorch",
    read: async ({ name, bytes }) => (await import("recurra/formats/torch")).readTorch(bytes, { source: name }),
  },
} satisfies Readonly<Record<string, Format>>;

function findWeights(name: string, path: string, beside: readonly GivenFile[]): Uint8Array {
  const found = beside.find((file) => file.name === baseName(path));
  if (found !== undefined) return found.bytes;
  throw new StudioError(
    "studio/missing-weights",
    `${name} has weights in ${baseName(path)}, which is missing here: choose or drop both together.`,
  );
}

const formats: Readonly<Record<string, keyof typeof readers>> = {
  onnx: "onnx",
  keras: "keras",
  json: "keras",
  h5: "keras",
  hdf5: "keras",
  pt: "torch",
  pth: "torch",
};

/** The model in a file, with what came beside it. Throws what the format's reader throws, and `studio/missing-weights` for a file of weights that is not there. */
export async function readModel(file: GivenFile, beside: readonly GivenFile[] = []): Promise<ReadModel> {
  const format = formats[/\.(\w+)$/.exec(file.name)?.[1]?.toLowerCase() ?? ""];
  if (format !== undefined) return readForeign(readers[format], file, beside);
  try {
    return { kind: "layers", model: load(file.bytes, { source: file.name }) };
  } catch (error) {
    // Tensors that say nothing of a network are PyTorch's.
    if (!(error instanceof RecurraError) || error.code !== "file/no-model") throw error;
    return readForeign(readers.torch, file, beside);
  }
}

/** A chain of layers as the library's own file has it, with a self-test of what was read; anything else as its graph. */
async function readForeign({ name, read }: Format, file: GivenFile, beside: readonly GivenFile[]): Promise<ReadModel> {
  const graph = await read(file, beside);
  try {
    const network = graph.network();
    const own = save(network);
    network.dispose();
    graph.dispose();
    return { kind: "layers", model: load(own, { source: file.name }) };
  } catch (error) {
    if (error instanceof RecurraError && error.code === "graph/no-network")
      return { kind: "graph", graph, format: name };
    graph.dispose();
    throw error;
  }
}
