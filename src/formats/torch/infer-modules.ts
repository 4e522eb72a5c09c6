/** Which modules the names and shapes of tensors are of, and in which order: by their sizes, and by the order of the file. */
import { torchError } from "./errors.ts";
import type { FoundTensor, FoundTensors } from "./find-tensors.ts";
import { printModules } from "./modules.ts";
import type { TorchModule } from "./modules.ts";

/** A module that a group of tensors can be. */
interface Candidate {
  readonly name: string;
  readonly module: TorchModule;
  /** Numbers that go in and out; `tokens` go into an embedding. */
  readonly inputs: number | "tokens";
  readonly outputs: number;
}

/** One group of tensors: what it can be. */
type Group = readonly Candidate[];

const recurrentTensor = /^(?:(.*)\.)?(?:weight_ih|weight_hh|weight_hr|bias_ih|bias_hh)(?:_l\d+)?(?:_reverse)?$/;
const parameterTensor = /^(?:(.*)\.)?(weight|bias|running_mean|running_var|num_batches_tracked)$/;

/** The tensors by the modules that they seem to belong to, and those that belong to none. */
function groupTensors(names: Iterable<string>): {
  readonly groups: ReadonlyMap<string, "recurrent" | "other">;
  readonly strangers: readonly string[];
} {
  const groups = new Map<string, "recurrent" | "other">();
  const strangers: string[] = [];
  for (const name of names) {
    const recurrent = recurrentTensor.exec(name);
    const other = parameterTensor.exec(name);
    if (recurrent !== null) groups.set(recurrent[1] ?? "", "recurrent");
    else if (other !== null) groups.set(other[1] ?? "", "other");
    else strangers.push(name);
  }
  return { groups, strangers };
}

/** The modules of a file, in their order. Throws `torch/unclear` with a list of what was found where the file leaves it open. */
export function inferModules(found: FoundTensors, source: string): readonly TorchModule[] {
  const { groups, strangers } = groupTensors(found.tensors.keys());
  const known = [...groups].map(([name, kind]): Group => candidatesOf(name, kind, found));
  const list = printFound(found.tensors);
  const advice = (modules: readonly TorchModule[]): string =>
    `Say which modules there are, in their order, such as { modules: ${printModules(modules)} }. The file has ${list}.`;
  const guess = known.flatMap((group) => group.slice(0, 1)).map(({ module }) => module);
  if (groups.size === 0)
    throw torchError("torch/unclear", `${source} has no tensors of modules that are known here: ${list}.`);
  if (strangers.length > 0 || known.some((group) => group.length === 0)) {
    const unknown = known.findIndex((group) => group.length === 0);
    const what = strangers[0] ?? `${[...groups.keys()][unknown]}.weight`;
    throw torchError(
      "torch/unclear",
      `${source}: it is not clear which module ${JSON.stringify(what)} belongs to. ${advice(guess)}`,
    );
  }
  const orders = findOrders(known);
  const inFile = orders.find((order) => order.every((one, at) => known[at]?.includes(one) === true));
  const order = orders.length === 1 ? orders[0] : found.isOrdered ? inFile : undefined;
  if (order === undefined) {
    const why =
      orders.length === 0 ? "no order of its modules fits their sizes" : "its modules fit in more than one order";
    throw torchError("torch/unclear", `${source}: ${why}. ${advice(guess)}`);
  }
  const modules = order.map(({ module }) => module);
  const open = modules.findIndex(
    (module, at) =>
      (module.kind === "conv1d" && !("stride" in module)) || (module.kind === "linear" && at < modules.length - 1),
  );
  const at = modules[open];
  if (at !== undefined && "name" in at) {
    const why =
      at.kind === "conv1d"
        ? `the stride and padding of ${JSON.stringify(at.name)} and what follows it are not in the file`
        : `a file does not say what stands between ${JSON.stringify(at.name)} and the module after it, an activation perhaps`;
    throw torchError("torch/unclear", `${source}: ${why}. ${advice(modules)}`);
  }
  return modules;
}

/** Tensors with their shapes. */
export function printFound(tensors: ReadonlyMap<string, FoundTensor>): string {
  const all = [...tensors].map(([name, { shape }]) => `${name.slice(0, 80)} [${shape.join(", ")}]`);
  return all.length > 40 ? `${all.slice(0, 40).join(", ")} and ${all.length - 40} more` : all.join(", ");
}

function candidatesOf(name: string, kind: "recurrent" | "other", found: FoundTensors): Group {
  const { tensors, hints } = found;
  const hint = hints.get(name);
  const at = (tensor: string): readonly number[] | undefined =>
    tensors.get(name === "" ? tensor : `${name}.${tensor}`)?.shape;
  if (kind === "recurrent") {
    const shape = recurrentShape(at);
    if (shape === undefined) return [];
    const { inputs, outputs } = shape;
    return [{ name, module: hint ?? { kind: shape.kind, name }, inputs, outputs }];
  }
  const weight = at("weight");
  const bias = at("bias");
  if (weight === undefined) return [];
  const [first = 0, second = 0] = weight;
  if (weight.length === 1) {
    const own = at("running_mean") === undefined ? "layer-norm" : "batch-norm";
    return [{ name, module: hint ?? { kind: own, name }, inputs: first, outputs: first }];
  }
  if (weight.length === 3) return [{ name, module: hint ?? { kind: "conv1d", name }, inputs: second, outputs: first }];
  if (weight.length !== 2) return [];
  const linear: Candidate = { name, module: { kind: "linear", name }, inputs: second, outputs: first };
  const embedding: Candidate = { name, module: { kind: "embedding", name }, inputs: "tokens", outputs: second };
  if (hint?.kind === "embedding") return [embedding];
  return bias === undefined && hint?.kind !== "linear" ? [embedding, linear] : [linear];
}

/** The kind and sizes of a recurrent module, by the shapes of its tensors. */
export function recurrentShape(at: (tensor: string) => readonly number[] | undefined):
  | {
      readonly kind: "rnn" | "lstm" | "gru";
      readonly layers: number;
      readonly directions: 1 | 2;
      readonly isCell: boolean;
      readonly inputs: number;
      readonly hidden: number;
      /** Numbers of h: `hidden` without a projection. */
      readonly state: number;
      readonly outputs: number;
    }
  | undefined {
  const isCell = at("weight_ih") !== undefined;
  const end = isCell ? "" : "_l0";
  const [rows = 0, inputs = 0] = at(`weight_ih${end}`) ?? [];
  const [, state = 0] = at(`weight_hh${end}`) ?? [];
  const projection = at(`weight_hr${end}`);
  const hidden = projection?.[1] ?? state;
  const kind = ([undefined, "rnn", undefined, "gru", "lstm"] as const)[hidden === 0 ? 0 : rows / hidden];
  if (kind === undefined || inputs === 0) return undefined;
  let layers = 1;
  while (at(`weight_ih_l${layers}`) !== undefined) layers++;
  const directions = at("weight_ih_l0_reverse") === undefined ? 1 : 2;
  return { kind, layers, directions, isCell, inputs, hidden, state, outputs: state * directions };
}

/** Steps of a search for orders: enough for any model whose sizes say something. */
const mostSearch = 10_000;

/** Orders of all groups in which what goes out of one goes into the next; no more than two are looked for, and the file's own is tried first. */
function findOrders(groups: readonly Group[]): readonly (readonly Candidate[])[] {
  const found: Candidate[][] = [];
  let left = mostSearch;
  const visit = (order: readonly Candidate[], used: ReadonlySet<number>): void => {
    if (order.length === groups.length) found.push([...order]);
    if (found.length === 2 || order.length === groups.length || --left < 0) return;
    groups.forEach((group, number) => {
      if (used.has(number)) return;
      for (const one of group) {
        const before = order.at(-1);
        const fits = before === undefined ? true : one.inputs === before.outputs;
        if (fits && found.length < 2) visit([...order, one], new Set([...used, number]));
      }
    });
  };
  visit([], new Set());
  const [first] = found;
  // An order that was found before the search was given up may have others beside it.
  return left < 0 && found.length === 1 && first !== undefined ? [first, first] : found;
}
