/** A cell run by kernels of a backend, made for each number of steps and members that is asked for. */
import type { Cell } from "../language/index.ts";
import { copyStep, createProgramBuilder, denseLocation, lowerCell } from "../lower/index.ts";
import type { BufferId, BufferRole, Location, ProgramBuilder, Statement } from "../lower/index.ts";
import { known } from "../util/errors.ts";
import type { Backend, Executable, Numbers } from "./backend.ts";
import { disposed, inputsOf, memoriesOf, noForward, splitInputGradients } from "./cell-runner.ts";
import type { CellRunner } from "./cell-runner.ts";
import { checkForward, checkGradients } from "./check-arrays.ts";
import { countOf } from "./compiled-cell.ts";
import { placeAttention, placeMemoryPorts, sizesOf } from "./memory-ports.ts";
import type { MemoryPorts, MemorySizes } from "./memory-ports.ts";
import { orderByLength, sortMembers, unsortMembers } from "./member-order.ts";
import type { CellShapes, ForwardOptions, NamedShape } from "./compiled-cell.ts";

export interface KernelOptions {
  readonly cell: Cell;
  /** A number for every dimension. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly shapes: CellShapes;
  readonly reverse: boolean;
  /** Steps between checkpoints of the gradient. */
  readonly checkpoint: number | undefined;
  readonly backend: Backend;
}

interface Kernels {
  readonly executable: Executable;
  readonly inputs: ReadonlyMap<string, BufferId>;
  readonly dInputs: ReadonlyMap<string, BufferId>;
  readonly parameters: ReadonlyMap<string, { readonly value: BufferId; readonly gradient: BufferId }>;
  readonly first: ReadonlyMap<string, BufferId>;
  readonly final: ReadonlyMap<string, BufferId>;
  readonly dFirst: ReadonlyMap<string, BufferId>;
  readonly dFinal: ReadonlyMap<string, BufferId>;
  readonly lengths: BufferId | undefined;
  readonly memory: MemoryPorts;
  /** How much each row of a memory counted. */
  readonly attention: ReadonlyMap<string, BufferId>;
  readonly output: BufferId;
  readonly dOutput: BufferId;
}

/** What a backward refers to. */
interface LastForward {
  readonly steps: number;
  readonly batch: number;
  readonly inputLength: number;
  readonly kernels: Kernels;
  /** Of the members in the kernels; undefined if they stand as they were given. */
  readonly order: Int32Array | undefined;
  /** A backward has been computed from it already. */
  isSpent: boolean;
}

/** Kernels are kept for each number of steps and members until `dispose`. */
export function runKernels(options: KernelOptions): CellRunner {
  const { cell, shapes } = options;
  const programs = new Map<string, Kernels>();
  let last: LastForward | undefined;
  let alive = true;

  const load = (forward: ForwardOptions): Kernels => {
    if (!alive) disposed();
    const { steps, batch, lengths } = forward;
    const memorySizes = sizesOf(forward, shapes);
    const key = JSON.stringify([steps, batch, lengths !== undefined, ...memorySizes]);
    const before = programs.get(key);
    if (before !== undefined) return before;
    const made = lowerKernels({ ...options, steps, batch, hasLengths: lengths !== undefined, memorySizes });
    programs.set(key, made);
    return made;
  };

  return {
    forward: (forward) => {
      checkForward(forward, shapes);
      const kernels = load(forward);
      const { executable } = kernels;
      const order = forward.lengths === undefined ? undefined : orderByLength(forward.lengths);
      const write = (id: BufferId, values: ArrayLike<number>, count: number): void =>
        sortMembers(values, executable.array(id), { order, size: values.length / count });
      const inputs = inputsOf(forward, shapes);
      for (const [name, id] of kernels.inputs) write(id, known(inputs[name], name), forward.steps * forward.batch);
      const memories = memoriesOf(forward, shapes);
      for (const [name, id] of kernels.memory.values)
        write(id, known(memories[name], name), known(kernels.memory.memories[name], name).steps * forward.batch);
      for (const [name, id] of kernels.memory.lengths)
        write(id, known(forward.memoryLengths?.[name], name), forward.batch);
      for (const [name, { value }] of kernels.parameters)
        executable.array(value).set(known(forward.parameters[name], name));
      for (const [name, id] of kernels.first) {
        const given = forward.states?.[name];
        if (given === undefined) executable.array(id).fill(cell.options.initialStates?.[name] ?? 0);
        else write(id, given, forward.batch);
      }
      if (kernels.lengths !== undefined) write(kernels.lengths, known(forward.lengths, "lengths"), forward.batch);
      executable.call("forward");
      last = {
        steps: forward.steps,
        batch: forward.batch,
        inputLength: forward.inputs.length,
        kernels,
        order,
        isSpent: false,
      };
      return {
        outputs: readMembers(executable, kernels.output, { order, rows: forward.steps * forward.batch }),
        states: readAll(executable, kernels.final, { order, rows: forward.batch }),
        attention: readAll(executable, kernels.attention, { order, rows: forward.steps * forward.batch }),
      };
    },
    backward: ({ dOutputs, dStates }) => {
      if (!alive) disposed();
      last ??= noForward();
      checkGradients({ dOutputs, dStates }, last, shapes);
      const { executable } = last.kernels;
      // The way back overwrites what the way forward kept; all that went in is still in its ports.
      if (last.isSpent) executable.call("forward");
      last.isSpent = true;
      const { kernels, order, steps, batch } = last;
      const set = (id: BufferId, values: Numbers | undefined, count: number): void => {
        if (values === undefined) executable.array(id).fill(0);
        else sortMembers(values, executable.array(id), { order, size: values.length / count });
      };
      set(kernels.dOutput, dOutputs, steps * batch);
      for (const [name, id] of kernels.dFinal) set(id, dStates?.[name], batch);
      executable.call("backward");
      const gradients = new Map([...kernels.parameters].map(([name, { gradient }]) => [name, gradient]));
      return {
        ...splitInputGradients(readAll(executable, kernels.dInputs, { order, rows: steps * batch }), last.inputLength),
        dMemory: Object.fromEntries(
          [...kernels.memory.gradients].map(([name, id]) => {
            const rows = known(kernels.memory.memories[name], name).steps * batch;
            return [name, readMembers(executable, id, { order, rows })];
          }),
        ),
        dParameters: readAll(executable, gradients),
        dStates: readAll(executable, kernels.dFirst, { order, rows: batch }),
      };
    },
    dispose: () => {
      alive = false;
      last = undefined;
      for (const { executable } of programs.values()) executable.dispose();
      programs.clear();
    },
  };
}

/** Members' rows as they were given, or what all of them share. */
interface RowOrder {
  readonly order: Int32Array | undefined;
  readonly rows: number;
}

const unordered: RowOrder = { order: undefined, rows: 1 };

function readMembers(executable: Executable, id: BufferId, { order, rows }: RowOrder): Numbers {
  const values = executable.array(id);
  return unsortMembers(values, { order, size: values.length / rows });
}

function readAll(
  executable: Executable,
  ids: ReadonlyMap<string, BufferId>,
  order: RowOrder = unordered,
): Record<string, Numbers> {
  return Object.fromEntries([...ids].map(([name, id]) => [name, readMembers(executable, id, order)]));
}

interface LowerKernelsOptions extends KernelOptions {
  readonly steps: number;
  readonly batch: number;
  readonly hasLengths: boolean;
  readonly memorySizes: ReadonlyMap<string, MemorySizes>;
}

/** Makes ports `[steps, batch, …]`, by name. */
function createPortPlacer(builder: ProgramBuilder, batch: number) {
  return (prefix: string, list: readonly NamedShape[], steps: number): Map<string, Location> =>
    new Map(
      list.map(({ name, shape }) => {
        const columns = countOf(shape);
        const buffer = builder.buffer({
          name: prefix + name,
          length: steps * batch * columns,
          role: "port",
          shape: [steps, batch, ...shape],
        });
        return [name, denseLocation(buffer, { batch, columns, isNumber: shape.length === 0 })];
      }),
    );
}

/** The program of one cell alone: functions `forward` and `backward`, everything the host touches in ports. */
function lowerKernels({
  cell,
  sizes,
  shapes,
  steps,
  batch,
  hasLengths,
  memorySizes,
  reverse,
  checkpoint,
  backend,
}: LowerKernelsOptions): Kernels {
  const builder = createProgramBuilder();
  const places = createPortPlacer(builder, batch);
  const declare = (prefix: string, role: BufferRole): BufferId[] =>
    shapes.parameters.map(({ name, shape }) =>
      builder.buffer({ name: prefix + name, length: countOf(shape), role, shape }),
    );
  const values = declare("", "parameter");
  const gradients = declare("d", "gradient");
  const parameters = new Map(
    shapes.parameters.map(({ name }, i) => [name, { value: values[i]!, gradient: gradients[i]! }]),
  );
  const inputs = places("", shapes.inputs, steps);
  const dInputs = places("d", shapes.inputs, steps);
  const [first, final] = [places("first.", shapes.states, 1), places("final.", shapes.states, 1)];
  const [dFirst, dFinal] = [places("d.first.", shapes.states, 1), places("d.final.", shapes.states, 1)];
  const outputShape = cell.output.shape.length === 0 ? [] : [shapes.outputSize];
  const [output, dOutput] = [
    places("", [{ name: "output", shape: outputShape }], steps),
    places("", [{ name: "d.output", shape: outputShape }], steps),
  ];
  const lengths = hasLengths ? builder.buffer({ name: "lengths", length: batch, role: "port" }) : undefined;
  const memory = placeMemoryPorts({ builder, batch, shapes, sizes: memorySizes });

  const lowered = lowerCell({
    builder,
    name: cell.name,
    cell,
    sizes,
    steps,
    batch,
    reverse,
    inputs: Object.fromEntries(inputs),
    memories: memory.memories,
    parameters: Object.fromEntries(parameters),
    initialStates: Object.fromEntries(first),
    gradient: { inputs: [...inputs.keys()] },
    output: known(output.get("output"), "output"),
    ...(lengths === undefined ? {} : { lengths }),
    ...(checkpoint === undefined ? {} : { segment: checkpoint }),
  });
  const back = lowered.backward({
    output: known(dOutput.get("d.output"), "the output's gradient"),
    finalStates: Object.fromEntries(dFinal),
    inputs: Object.fromEntries([...dInputs].map(([name, to]) => [name, { to, mode: "set" as const }])),
  });
  const copies = (
    from: Readonly<Record<string, Location>>,
    to: ReadonlyMap<string, Location>,
    label: string,
  ): Statement[] =>
    [...to].flatMap(([name, target]) =>
      from[name] === undefined ? [] : copyStep({ builder, batch }, `${label}.${name}`, from[name], target),
    );
  const clear: Statement[] = gradients.map((buffer, i) => ({
    kind: "fill",
    name: `zero.${shapes.parameters[i]!.name}`,
    buffer,
    offset: { constant: 0, terms: [] },
    length: countOf(shapes.parameters[i]!.shape),
    value: 0,
  }));
  const attention = placeAttention({ builder, batch, steps }, lowered.attention);
  const program = builder.finish([
    {
      name: "forward",
      body: [
        ...lowered.packs,
        ...lowered.begin,
        ...lowered.forward,
        ...copies(lowered.finalStates, final, "final"),
        ...attention.copies,
      ],
    },
    {
      name: "backward",
      body: [
        ...clear,
        ...memory.clear,
        ...back.packs,
        ...back.statements,
        ...copies(back.initialStates, dFirst, "d.first"),
      ],
    },
  ]);
  const ids = (map: ReadonlyMap<string, Location>): Map<string, BufferId> =>
    new Map([...map].map(([name, location]) => [name, location.buffer]));
  return {
    executable: backend.load(program),
    inputs: ids(inputs),
    dInputs: ids(dInputs),
    parameters,
    first: ids(first),
    final: ids(final),
    dFirst: ids(dFirst),
    dFinal: ids(dFinal),
    lengths,
    memory,
    attention: attention.ports,
    output: known(ids(output).get("output"), "output"),
    dOutput: known(ids(dOutput).get("d.output"), "d.output"),
  };
}
