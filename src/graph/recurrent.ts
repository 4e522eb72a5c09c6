/** Runs recurrent nodes: a cell over a sequence, on a backend of the engine. */
import { compileOn } from "../engine/compile.ts";
import type { CompiledCell } from "../engine/compiled-cell.ts";
import type { Backend, Numbers } from "../engine/backend.ts";
import { cellOf, shapeOf } from "../network/index.ts";
import { RecurraError } from "../util/errors.ts";
import { resolveSizes } from "../language/index.ts";
import type { RecurrentNode, ValueName } from "./graph.ts";
import type { Tensor } from "./tensor.ts";
import { countElements, createArray } from "./tensors.ts";
import { printShape } from "./operators/operator.ts";

export interface RecurrentRunner {
  run(node: RecurrentNode, values: (name: ValueName) => Tensor): ReadonlyMap<ValueName, Tensor>;
  dispose(): void;
}

/** Sizes for which a node's kernels are kept before they are made anew: a model may be run with many. */
const mostSizes = 8;

interface Compiled {
  readonly cell: CompiledCell;
  readonly sizes: Set<string>;
}

/** Keeps the compiled cells of nodes until it is disposed of. float64 is computed straight from the equations, float32 on the backend. */
export function createRecurrentRunner(backend: () => Backend): RecurrentRunner {
  const compiled = new Map<RecurrentNode, Map<string, Compiled>>();
  const cellFor = (
    node: RecurrentNode,
    type: string,
    options: { readonly inputSize: number; readonly key: string },
  ) => {
    const known = compiled.get(node) ?? new Map<string, Compiled>();
    compiled.set(node, known);
    const name = `${type} ${options.inputSize}`;
    let found = known.get(name);
    if (found !== undefined && !found.sizes.has(options.key) && found.sizes.size >= mostSizes) {
      found.cell.dispose();
      found = undefined;
    }
    if (found === undefined) {
      const chosen = type === "float64" ? undefined : backend();
      const cell = compileOn(chosen?.name === "reference" ? undefined : chosen, cellOf(node.cell), {
        inputSize: options.inputSize,
        hiddenSize: node.size,
        ...(node.sizes === undefined ? {} : { sizes: node.sizes }),
        reverse: node.direction === "backward",
      });
      found = { cell, sizes: new Set() };
      known.set(name, found);
    }
    found.sizes.add(options.key);
    return found.cell;
  };
  return {
    run: (node, values) => runNode(node, values, cellFor),
    dispose: () => {
      for (const known of compiled.values()) for (const { cell } of known.values()) cell.dispose();
      compiled.clear();
    },
  };
}

type CellFor = (
  node: RecurrentNode,
  type: string,
  options: { readonly inputSize: number; readonly key: string },
) => CompiledCell;

function bad(what: string): RecurraError {
  return new RecurraError("graph/bad-value", what);
}

/** Numbers `[T, B, size]` in the order of members and steps in which they are computed. */
interface Sequence {
  readonly type: "float32" | "float64";
  readonly steps: number;
  readonly batch: number;
  readonly inputSize: number;
  /** Steps of each member that are computed, in their order; undefined where all are. */
  readonly places: readonly Int32Array[] | undefined;
}

function runNode(node: RecurrentNode, values: (name: ValueName) => Tensor, cellFor: CellFor): Map<ValueName, Tensor> {
  const input = values(node.input);
  const { type, shape } = input;
  if (type !== "float32" && type !== "float64") throw bad(`its input is ${type}, but must be float32 or float64`);
  if (shape.length !== 3) throw bad(`its input must be [steps, batch, size], but is ${printShape(shape)}`);
  const [steps = 0, batch = 0, inputSize = 0] = shape;
  const sequence: Sequence = { type, steps, batch, inputSize, places: placesOf(node, values, { steps, batch }) };
  const cell = cellOf(node.cell);
  const sizes = resolveSizes(cell, { ...node.sizes, I: inputSize, H: node.size });
  const numbers = (name: ValueName, wanted: readonly number[], what: string): Numbers => {
    const tensor = values(name);
    if (tensor.type !== type) throw bad(`${what} is ${tensor.type}, but the input ${type}`);
    if (printShape(tensor.shape) !== printShape(wanted))
      throw bad(`${what} is ${printShape(tensor.shape)}, but must be ${printShape(wanted)}`);
    return tensor.data as Numbers;
  };
  const parameters = Object.fromEntries(
    cell.parameters.map((one) => [one.name, numbers(node.parameters[one.name]!, shapeOf(one, sizes), one.name)]),
  );
  const states = cell.states.map((one) => {
    const wanted = [batch, ...shapeOf(one, sizes)];
    const given = node.states[one.name];
    const first = given === undefined ? undefined : numbers(given, wanted, `the first state ${one.name}`);
    return { name: one.name, shape: wanted, first, start: node.cell.options.initialStates?.[one.name] ?? 0 };
  });
  const outputShape = [steps, batch, ...shapeOf(cell.output, sizes)];
  const sequenceData = createArray(type, countElements(outputShape));
  const finals = states.map(
    ({ shape: wanted, first, start }) => first?.slice() ?? createArray(type, countElements(wanted)).fill(start),
  );
  const runs = membersOf(sequence);
  if (runs.members.length > 0) {
    const rows = runs.members.length;
    const state = (all: Numbers): Numbers => pickRows(all, runs.members, batch);
    const attended = memoriesOf(node, values, { type, batch, sizes, members: runs.members });
    const result = cellFor(node, type, {
      inputSize,
      key: `${runs.steps} ${rows} ${runs.lengths !== undefined} ${attended.key}`,
    }).forward({
      steps: runs.steps,
      batch: rows,
      inputs: gatherInputs(input.data as Numbers, sequence, runs),
      parameters,
      states: Object.fromEntries(states.map(({ name }, at) => [name, state(finals[at]!)])),
      ...(runs.lengths === undefined ? {} : { lengths: runs.lengths }),
      ...attended.options,
    });
    scatterOutputs(result.outputs, sequenceData, { node, sequence, runs });
    for (const [at, { name }] of states.entries()) putRows(result.states[name]!, finals[at]!, runs.members, batch);
  }
  const given = new Map<ValueName, Tensor>();
  if (node.outputs.sequence !== undefined)
    given.set(node.outputs.sequence, { type, shape: outputShape, data: sequenceData });
  for (const [name, output] of Object.entries(node.outputs.states)) {
    const at = states.findIndex((one) => one.name === name);
    given.set(output, { type, shape: states[at]!.shape, data: finals[at]! });
  }
  return given;
}

interface Memories {
  /** Tells sizes apart. */
  readonly key: string;
  readonly options: Pick<Parameters<CompiledCell["forward"]>[0], "memory" | "memoryLengths">;
}

/** What the cell attends to, of these members. */
function memoriesOf(
  node: RecurrentNode,
  values: (name: ValueName) => Tensor,
  {
    type,
    batch,
    sizes,
    members,
  }: {
    readonly type: string;
    readonly batch: number;
    readonly sizes: Readonly<Record<string, number>>;
    readonly members: readonly number[];
  },
): Memories {
  const memory: Record<string, Numbers> = {};
  const memoryLengths: Record<string, number[]> = {};
  const key: number[] = [];
  for (const one of cellOf(node.cell).memories) {
    const given = node.memories?.[one.name];
    if (given === undefined) throw bad(`its memory ${one.name} is missing`);
    const { shape, data, type: own } = values(given.value);
    const [rows = 0] = shape;
    const wanted = [rows, batch, ...shapeOf(one, sizes)];
    if (own !== type || rows === 0 || printShape(shape) !== printShape(wanted))
      throw bad(`its memory ${one.name} is ${own} ${printShape(shape)}, but must be ${type} ${printShape(wanted)}`);
    const size = data.length / (rows * batch);
    memory[one.name] = pickMembers(data as Numbers, { rows, batch, size, members });
    key.push(rows);
    if (given.lengths === undefined) continue;
    const lengths = Array.from(values(given.lengths).data as ArrayLike<number | bigint>, Number);
    if (lengths.length !== batch || !lengths.every((length) => length >= 1 && length <= rows))
      throw bad(`the lengths of its memory ${one.name} must be ${batch} numbers from 1 to ${rows}`);
    memoryLengths[one.name] = members.map((member) => lengths[member]!);
  }
  if (key.length === 0) return { key: "", options: {} };
  return { key: key.join(" "), options: { memory, memoryLengths } };
}

/** Some members' part of `[rows, batch, size]`. */
function pickMembers(
  all: Numbers,
  {
    rows,
    batch,
    size,
    members,
  }: { readonly rows: number; readonly batch: number; readonly size: number; readonly members: readonly number[] },
): Numbers {
  if (members.length === batch) return all;
  const picked = new (all.constructor as Float32ArrayConstructor)(rows * members.length * size);
  for (let row = 0; row < rows; row++)
    for (const [to, member] of members.entries()) {
      const from = (row * batch + member) * size;
      picked.set(all.subarray(from, from + size), (row * members.length + to) * size);
    }
  return picked;
}

/** The steps of each member that change its states, in order of time; undefined where all do. */
function placesOf(
  { lengths, mask }: RecurrentNode,
  values: (name: ValueName) => Tensor,
  { steps, batch }: { readonly steps: number; readonly batch: number },
): Int32Array[] | undefined {
  if (lengths === undefined && mask === undefined) return undefined;
  const ends = lengths === undefined ? undefined : values(lengths);
  if (ends !== undefined) {
    if (printShape(ends.shape) !== printShape([batch]))
      throw bad(`its lengths are ${printShape(ends.shape)}, but must be ${printShape([batch])}`);
    for (const [member, end] of Array.from(ends.data as ArrayLike<number | bigint>, Number).entries())
      if (!Number.isInteger(end) || end < 0 || end > steps)
        throw bad(`the length of member ${member} is ${end}, but must be from 0 to ${steps}`);
  }
  const marks = mask === undefined ? undefined : values(mask.value);
  if (marks !== undefined && (marks.type !== "bool" || printShape(marks.shape) !== printShape([steps, batch])))
    throw bad(`its mask must be bool ${printShape([steps, batch])}, but is ${marks.type} ${printShape(marks.shape)}`);
  return Array.from({ length: batch }, (_, member) => {
    const end = ends === undefined ? steps : Number(ends.data[member]);
    const places: number[] = [];
    for (let step = 0; step < end; step++)
      if (marks === undefined || marks.data[step * batch + member] === 1) places.push(step);
    return Int32Array.from(places);
  });
}

/** Members that have any step, and what the engine is told of them. */
interface Runs {
  readonly members: readonly number[];
  readonly steps: number;
  readonly lengths: Int32Array | undefined;
}

function membersOf({ places, steps, batch }: Sequence): Runs {
  const all = Array.from({ length: batch }, (_, member) => member);
  if (places === undefined) return { members: steps === 0 ? [] : all, steps, lengths: undefined };
  const members = all.filter((member) => places[member]!.length > 0);
  const lengths = Int32Array.from(members, (member) => places[member]!.length);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  return { members, steps: longest, lengths: lengths.every((length) => length === longest) ? undefined : lengths };
}

/** Rows `[members, size]` of `[batch, size]`. */
function pickRows(all: Numbers, members: readonly number[], batch: number): Numbers {
  if (members.length === batch) return all;
  const size = all.length / batch;
  const picked = new (all.constructor as Float32ArrayConstructor)(members.length * size);
  for (const [row, member] of members.entries())
    picked.set(all.subarray(member * size, (member + 1) * size), row * size);
  return picked;
}

function putRows(rows: Numbers, all: Numbers, members: readonly number[], batch: number): void {
  const size = all.length / batch;
  for (const [row, member] of members.entries()) all.set(rows.subarray(row * size, (row + 1) * size), member * size);
}

function gatherInputs(input: Numbers, { places, batch, inputSize }: Sequence, runs: Runs): Numbers {
  if (places === undefined) return input;
  const rows = runs.members.length;
  const gathered = new (input.constructor as Float32ArrayConstructor)(runs.steps * rows * inputSize);
  for (const [row, member] of runs.members.entries())
    for (const [step, place] of places[member]!.entries()) {
      const from = (place * batch + member) * inputSize;
      gathered.set(input.subarray(from, from + inputSize), (step * rows + row) * inputSize);
    }
  return gathered;
}

function scatterOutputs(
  outputs: Numbers,
  all: Numbers,
  { node, sequence, runs }: { readonly node: RecurrentNode; readonly sequence: Sequence; readonly runs: Runs },
): void {
  const { places, steps, batch } = sequence;
  if (places === undefined) return all.set(outputs);
  const rows = runs.members.length;
  const size = outputs.length / (runs.steps * rows);
  const isRepeated = node.mask?.masked === "repeat";
  for (const [row, member] of runs.members.entries()) {
    const own = places[member]!;
    const put = (step: number, from: number): void =>
      all.set(
        outputs.subarray((from * rows + row) * size, (from * rows + row + 1) * size),
        (step * batch + member) * size,
      );
    for (const [from, step] of own.entries()) put(step, from);
    if (!isRepeated) continue;
    // The output of the step that was read before: that on the left, or on the right where the sequence is read from its end.
    if (node.direction === "forward") {
      for (let [step, from] = [0, -1]; step < steps; step++) {
        if (own[from + 1] === step) from++;
        else if (from >= 0) put(step, from);
      }
    } else {
      for (let [step, from] = [steps - 1, own.length]; step >= 0; step--) {
        if (own[from - 1] === step) from--;
        else if (from < own.length) put(step, from);
      }
    }
  }
}
