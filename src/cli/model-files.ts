/** Model files of any format, told by their names and contents. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { readKeras } from "../formats/keras/index.ts";
import { readOnnx } from "../formats/onnx/index.ts";
import { readTorch } from "../formats/torch/index.ts";
import type { TorchModule } from "../formats/torch/index.ts";
import { load, readBytes, RecurraError, save } from "../node.ts";
import type { GraphModel, LoadedModel } from "../node.ts";

/** A model with what it can be asked for. */
export type AnyModel =
  | { readonly format: "recurra"; readonly model: LoadedModel }
  | { readonly format: "onnx" | "keras" | "torch"; readonly model: GraphModel };

export type FormatName = AnyModel["format"];

export interface ReadModelOptions {
  /** A JSON file of the modules of a PyTorch file, where names and sizes leave them open. */
  readonly modules?: string | undefined;
  readonly batchFirst?: boolean | undefined;
}

/** What files of each ending are; `.safetensors` may be Recurra's own or PyTorch's. */
const endings: Readonly<Record<string, FormatName>> = {
  ".onnx": "onnx",
  ".keras": "keras",
  ".h5": "keras",
  ".hdf5": "keras",
  ".json": "keras",
  ".safetensors": "recurra",
  ".checkpoint": "recurra",
  ".pt": "torch",
  ".pth": "torch",
  ".bin": "torch",
};

/** What a file of this name is. Throws `convert/unknown-format`. */
export function formatOf(file: string): FormatName {
  const ending = path.extname(file).toLowerCase();
  const format = Object.hasOwn(endings, ending) ? endings[ending] : undefined;
  if (format !== undefined) return format;
  throw new RecurraError(
    "convert/unknown-format",
    `${file}: the ending ${ending === "" ? "is missing" : JSON.stringify(ending)}; model files end in ${Object.keys(endings).join(", ")}.`,
  );
}

/** Whether the name is that of a model file. */
export function isModelFile(file: string): boolean {
  return Object.hasOwn(endings, path.extname(file).toLowerCase());
}

/** A graph as layers, in the form of Recurra's own files; what no layer stands for (`graph/no-network`) where it is no chain of them. */
export function layersOf(graph: GraphModel, source: string): LoadedModel | RecurraError {
  try {
    const network = graph.network();
    const own = save(network);
    network.dispose();
    return load(own, { source });
  } catch (error) {
    if (error instanceof RecurraError && error.code === "graph/no-network") return error;
    throw error;
  }
}

/** Reads a model file. Throws `convert/unknown-format`, `file/…`, and what the format's reader throws. */
export async function readModelFile(file: string, options: ReadModelOptions = {}): Promise<AnyModel> {
  const format = formatOf(file);
  const bytes = await readBytes(file);
  const source = path.basename(file);
  switch (format) {
    case "onnx":
      return { format, model: await readOnnx(bytes, { files: besides(file) }) };
    case "keras":
      return { format, model: await readKeras(bytes, { weights: besides(file) }) };
    case "torch":
      return { format, model: await readTorch(bytes, await torchOptions(options, source)) };
    case "recurra":
      return readOwnOrTorch(bytes, source, options);
  }
}

/** Files of tensors that say nothing of a network are PyTorch's. */
async function readOwnOrTorch(bytes: Uint8Array, source: string, options: ReadModelOptions): Promise<AnyModel> {
  try {
    return { format: "recurra", model: load(bytes, { source }) };
  } catch (error) {
    if (!(error instanceof RecurraError) || error.code !== "file/no-model") throw error;
    return { format: "torch", model: await readTorch(bytes, await torchOptions(options, source)) };
  }
}

async function torchOptions({ modules, batchFirst }: ReadModelOptions, source: string) {
  if (modules === undefined) return { source, batchFirst };
  const text = new TextDecoder().decode(await readBytes(modules));
  try {
    // The reader checks every part of it.
    return { source, batchFirst, modules: JSON.parse(text) as readonly TorchModule[] };
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new RecurraError("file/cannot-read", `${modules} is no JSON: ${cause.message}`, { cause });
    throw cause;
  }
}

/** Files beside a model's own, which the reader names by checked relative paths. */
function besides(file: string): (name: string) => Promise<Uint8Array> {
  return (name) =>
    readFile(path.join(path.dirname(file), name)).catch((cause: unknown) => {
      throw new RecurraError("file/cannot-read", `${name}, which holds weights of ${file}, cannot be read`, { cause });
    });
}
