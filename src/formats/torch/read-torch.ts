/** Models of PyTorch from the bytes of a file. */
import { createGraphModel } from "../../graph/model.ts";
import type { GraphModelOptions } from "../../graph/model.ts";
import type { GraphModel } from "../../graph/graph-model.ts";
import { createNotes } from "../../util/notes.ts";
import { torchError } from "./errors.ts";
import { findTensors } from "./find-tensors.ts";
import type { FoundTensor } from "./find-tensors.ts";
import { inferModules } from "./infer-modules.ts";
import { graphOfModules } from "./module-graph.ts";
import { parseModules } from "./modules.ts";
import type { TorchModule } from "./modules.ts";

export interface ReadTorchOptions extends GraphModelOptions {
  /** The modules that the input goes through, in their order; found by names and sizes where absent. */
  readonly modules?: readonly TorchModule[] | undefined;
  /** Whether inputs and outputs are `[batch, steps, size]`, as the modules' `batch_first`: no, unless the file or `modules` says so. */
  readonly batchFirst?: boolean | undefined;
  /** What modules that are found to be `nn.RNN` compute, where the file does not say: tanh. */
  readonly nonlinearity?: "tanh" | "relu" | undefined;
  /** Whether there is an input `lengths` (int64 `[batch]`) of members of different lengths, as packed sequences have: no. */
  readonly lengths?: boolean | undefined;
  /** Which entry of a checkpoint is the state_dict, such as `model_state_dict`; needed where several could be. */
  readonly stateDict?: string | undefined;
  /** What messages call the file. */
  readonly source?: string | undefined;
}

/**
 * A model of PyTorch: a state_dict as `.safetensors` or of `torch.save`, in a checkpoint or alone; a module of `torch.nn` that was saved whole; a TorchScript archive, for its weights. Nothing in a file is run.
 *
 * A single `nn.LSTM`, `nn.GRU` or `nn.RNN` runs as PyTorch does, from `input`, `h_0` and `c_0` (zero if absent) to `output`, `h_n` and `c_n`; a cell from `input` to `h_1` and `c_1`; others from `input` (tokens, where an embedding comes first) to
 * `output`, an output for each step unless `modules` says where one vector is made of the sequence, with the states of recurrent modules beside it. Throws `torch/…` and `file/…`, and `torch/unclear` with
 * a list of what was found where names and sizes leave the architecture open.
 */
export async function readTorch(bytes: Uint8Array, options: ReadTorchOptions = {}): Promise<GraphModel> {
  const { source = "The file", lengths = false, backend, threads } = options;
  const found = findTensors(bytes, { source, stateDict: options.stateDict });
  const given =
    options.modules === undefined
      ? (found.modules ?? inferModules(found, source))
      : parseModules(options.modules, "modules");
  const modules = given.map((module) =>
    module.kind === "rnn" && module.nonlinearity === undefined && options.nonlinearity !== undefined
      ? { ...module, nonlinearity: options.nonlinearity }
      : module,
  );
  const { tensors, notes } = watch(found.tensors);
  const graph = graphOfModules({
    tensors,
    modules,
    batchFirst: batchFirstOf(modules, options.batchFirst, source),
    lengths,
    source,
  });
  return createGraphModel({ ...graph, notes: notes() }, { backend, threads });
}

/** The tensors, and what to say of them once the modules have taken theirs. */
function watch(found: ReadonlyMap<string, FoundTensor>): {
  readonly tensors: ReadonlyMap<string, FoundTensor>;
  readonly notes: () => readonly string[];
} {
  const read = new Set<string>();
  const tensors = new Map(
    [...found].map(([name, tensor]): [string, FoundTensor] => [
      name,
      {
        ...tensor,
        read: () => {
          read.add(name);
          return tensor.read();
        },
      },
    ]),
  );
  const notes = (): readonly string[] => {
    const list = createNotes();
    for (const [name, { type }] of found) {
      if (!read.has(name)) list.add("tensors that no module reads are left out", name);
      else if (type !== undefined) list.add(`numbers of ${type} are float32 here`, name);
    }
    return list.list();
  };
  return { tensors, notes };
}

function batchFirstOf(modules: readonly TorchModule[], given: boolean | undefined, source: string): boolean {
  const said = modules.flatMap((module) =>
    "batchFirst" in module && module.batchFirst !== undefined ? [module.batchFirst] : [],
  );
  if (said.includes(true) && said.includes(false))
    throw torchError(
      "torch/unclear",
      `${source}: some modules have the batch first and others do not; give one batchFirst for all of them.`,
    );
  return given ?? said[0] ?? false;
}
