/** One cell, ready to run over sequences on a backend, forwards and backwards. */
import { createReference } from "../codegen/reference/reference.ts";
import { resolveSizes } from "../language/index.ts";
import type { Cell, Shape } from "../language/index.ts";
import { copyStep, createProgramBuilder, lowerCell } from "../lower/index.ts";
import type { BufferId, BufferRole, Location, Statement } from "../lower/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import type { Backend, Executable, Numbers } from "./backend.ts";
import { chooseBackend } from "./backends.ts";
import { checkForward, checkGradients } from "./check-arrays.ts";

export interface CompileOptions {
  readonly inputSize: number;
  readonly hiddenSize: number;
  /** Sizes of the cell's other dimensions, and of its extra inputs' own, by name. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** `auto` takes the fastest that works here. */
  readonly backend?: "auto" | "reference" | "wasm";
  /** Threads to use; this version runs on one. */
  readonly threads?: number;
  /** From the last step to the first. */
  readonly reverse?: boolean;
  /** Steps between checkpoints of the gradient: memory falls, the forward pass is computed twice. */
  readonly checkpoint?: number;
}

export type NamedNumbers = Readonly<Record<string, Numbers>>;

export interface ForwardOptions {
  readonly steps: number;
  readonly batch: number;
  /** `[steps, batch, inputSize]`. */
  readonly inputs: Numbers;
  /** Inputs beside x, by name. */
  readonly extraInputs?: NamedNumbers;
  /** By name, as in the equations; row-major. */
  readonly parameters: NamedNumbers;
  /** First values of states, each `[batch, size]`; zero (or the cell's own number) where absent. */
  readonly states?: NamedNumbers;
  /** Steps of each member, 1 to `steps`: outputs past them are zero, final states are those of the member's last step. */
  readonly lengths?: ArrayLike<number>;
}

export interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** A compiled cell. Arrays given are copied, arrays returned are new. */
export interface CompiledCell {
  readonly backend: string;
  readonly parameters: readonly NamedShape[];
  readonly states: readonly NamedShape[];
  /** Numbers of one output. */
  readonly outputSize: number;
  /** `outputs` `[steps, batch, outputSize]`, final `states` each `[batch, size]`. */
  forward(options: ForwardOptions): { readonly outputs: Numbers; readonly states: Record<string, Numbers> };
  /** Gradients of the last forward. `dOutputs` as its outputs, `dStates` of its final states; zero where absent. */
  backward(options: { readonly dOutputs?: Numbers; readonly dStates?: NamedNumbers }): {
    readonly dInputs: Numbers;
    readonly dExtraInputs: Record<string, Numbers>;
    readonly dParameters: Record<string, Numbers>;
    /** Of the first states. */
    readonly dStates: Record<string, Numbers>;
  };
  dispose(): void;
}

/** Compiles a cell for these sizes. Kernels for a number of steps and members are made when they are first asked for. */
export async function compile(cell: Cell, options: CompileOptions): Promise<CompiledCell> {
  const { backend } = chooseBackend(options.backend ?? "auto");
  return compileOn(backend.name === "reference" ? undefined : backend, cell, options);
}

/** Compiles a cell to kernels of one backend, or, with none, for the evaluation straight from its equations. */
export function compileOn(backend: Backend | undefined, cell: Cell, options: CompileOptions): CompiledCell {
  const threads = options.threads ?? 1;
  if (!Number.isInteger(threads) || threads < 1) throw new RecurraError("engine/bad-option", `threads must be a whole number of at least 1, but is ${threads}.`);
  const sizes = resolveSizes(cell, { ...options.sizes, I: options.inputSize, H: options.hiddenSize });
  const shapeOf = (shape: Shape): number[] => shape.map((dimension) => (typeof dimension === "number" ? dimension : known(sizes[dimension], dimension)));
  const named = (list: readonly { readonly name: string; readonly shape: Shape }[]): NamedShape[] => list.map(({ name, shape }) => ({ name, shape: shapeOf(shape) }));
  const shapes: CellShapes = {
    inputs: named(cell.inputs),
    parameters: named(cell.parameters),
    states: named(cell.states),
    outputSize: countOf(shapeOf(cell.output.shape)),
  };
  const runner = backend === undefined ? runReference(cell, sizes, shapes, options) : runKernels(cell, sizes, shapes, options, backend);
  return { backend: backend?.name ?? "reference", parameters: shapes.parameters, states: shapes.states, outputSize: shapes.outputSize, ...runner };
}

export interface CellShapes {
  readonly inputs: readonly NamedShape[];
  readonly parameters: readonly NamedShape[];
  readonly states: readonly NamedShape[];
  readonly outputSize: number;
}

type Runner = Pick<CompiledCell, "forward" | "backward" | "dispose">;

/** Numbers in a value of this shape. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Inputs by name, x among them, with what lies past a member's length set to zero. */
function inputsOf(forward: ForwardOptions, shapes: CellShapes): Record<string, Numbers> {
  const inputs: Record<string, Numbers> = {};
  for (const { name, shape } of shapes.inputs) {
    const values = (name === "x" ? forward.inputs : known(forward.extraInputs?.[name], name)).slice();
    const size = countOf(shape);
    for (let member = 0; forward.lengths !== undefined && member < forward.batch; member++) {
      for (let step = forward.lengths[member]!; step < forward.steps; step++) {
        values.fill(0, (step * forward.batch + member) * size, (step * forward.batch + member + 1) * size);
      }
    }
    inputs[name] = values;
  }
  return inputs;
}

const noForward = (): never => {
  throw new RecurraError("engine/no-forward", "backward needs a forward before it; call forward first.");
};

function splitInputGradients(all: Record<string, Numbers>, length: number): { dInputs: Numbers; dExtraInputs: Record<string, Numbers> } {
  const { x = new Float64Array(length), ...dExtraInputs } = all;
  return { dInputs: x, dExtraInputs };
}

/** The float64 reference, straight from the equations. */
function runReference(cell: Cell, sizes: Readonly<Record<string, number>>, shapes: CellShapes, { reverse = false }: CompileOptions): Runner {
  let reference: ReturnType<typeof createReference> | undefined = createReference(cell, sizes);
  const float64 = (values: NamedNumbers): Record<string, Float64Array> => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Float64Array.from(value)]));
  let last: ForwardOptions | undefined;
  const use = (): ReturnType<typeof createReference> => reference ?? disposed();
  return {
    forward: (forward) => {
      checkForward(forward, shapes);
      last = forward;
      return use().forward({
        steps: forward.steps,
        batch: forward.batch,
        reverse,
        inputs: float64(inputsOf(forward, shapes)),
        parameters: float64(forward.parameters),
        ...(forward.states === undefined ? {} : { states: float64(forward.states) }),
        ...(forward.lengths === undefined ? {} : { lengths: forward.lengths }),
      });
    },
    backward: ({ dOutputs, dStates }) => {
      const { steps, batch, inputs } = last ?? noForward();
      checkGradients({ dOutputs, dStates }, { steps, batch }, shapes);
      const result = use().backward({
        ...(dOutputs === undefined ? {} : { outputs: Float64Array.from(dOutputs) }),
        ...(dStates === undefined ? {} : { states: float64(dStates) }),
      });
      return { ...splitInputGradients(result.inputs, inputs.length), dParameters: result.parameters, dStates: result.states };
    },
    dispose: () => {
      reference = undefined;
    },
  };
}

function disposed(): never {
  throw new RecurraError("engine/disposed", "This cell was disposed of; compile it again to use it.");
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
  readonly output: BufferId;
  readonly dOutput: BufferId;
}

function runKernels(cell: Cell, sizes: Readonly<Record<string, number>>, shapes: CellShapes, options: CompileOptions, backend: Backend): Runner {
  const programs = new Map<string, Kernels>();
  let last: { readonly forward: ForwardOptions; readonly kernels: Kernels } | undefined;
  let alive = true;

  const load = ({ steps, batch, lengths }: ForwardOptions): Kernels => {
    if (!alive) disposed();
    const key = `${steps} ${batch} ${lengths !== undefined}`;
    const before = programs.get(key);
    if (before !== undefined) return before;
    const made = lowerKernels({ cell, sizes, shapes, steps, batch, hasLengths: lengths !== undefined, reverse: options.reverse ?? false, checkpoint: options.checkpoint, backend });
    programs.set(key, made);
    return made;
  };

  return {
    forward: (forward) => {
      checkForward(forward, shapes);
      const kernels = load(forward);
      const { executable } = kernels;
      const write = (ids: ReadonlyMap<string, BufferId>, values: NamedNumbers): void => {
        for (const [name, id] of ids) if (values[name] !== undefined) executable.array(id).set(values[name]);
      };
      write(kernels.inputs, inputsOf(forward, shapes));
      for (const [name, { value }] of kernels.parameters) executable.array(value).set(known(forward.parameters[name], name));
      for (const [name, id] of kernels.first) {
        const given = forward.states?.[name];
        if (given === undefined) executable.array(id).fill(cell.options.initialStates?.[name] ?? 0);
        else executable.array(id).set(given);
      }
      if (kernels.lengths !== undefined) executable.array(kernels.lengths).set(known(forward.lengths, "lengths"));
      executable.call("forward");
      last = { forward, kernels };
      return { outputs: executable.array(kernels.output).slice(), states: readAll(executable, kernels.final) };
    },
    backward: ({ dOutputs, dStates }) => {
      if (!alive) disposed();
      const { forward, kernels } = last ?? noForward();
      checkGradients({ dOutputs, dStates }, forward, shapes);
      const { executable } = kernels;
      const set = (id: BufferId, values: Numbers | undefined): void => {
        if (values === undefined) executable.array(id).fill(0);
        else executable.array(id).set(values);
      };
      set(kernels.dOutput, dOutputs);
      for (const [name, id] of kernels.dFinal) set(id, dStates?.[name]);
      executable.call("backward");
      const gradients = new Map([...kernels.parameters].map(([name, { gradient }]) => [name, gradient]));
      return {
        ...splitInputGradients(readAll(executable, kernels.dInputs), forward.inputs.length),
        dParameters: readAll(executable, gradients),
        dStates: readAll(executable, kernels.dFirst),
      };
    },
    dispose: () => {
      alive = false;
      for (const { executable } of programs.values()) executable.dispose();
      programs.clear();
    },
  };
}

function readAll(executable: Executable, ids: ReadonlyMap<string, BufferId>): Record<string, Numbers> {
  return Object.fromEntries([...ids].map(([name, id]) => [name, executable.array(id).slice()]));
}

interface LowerKernelsOptions {
  readonly cell: Cell;
  readonly sizes: Readonly<Record<string, number>>;
  readonly shapes: CellShapes;
  readonly steps: number;
  readonly batch: number;
  readonly hasLengths: boolean;
  readonly reverse: boolean;
  readonly checkpoint: number | undefined;
  readonly backend: Backend;
}

/** The program of one cell alone: functions `forward` and `backward`, everything the host touches in ports. */
function lowerKernels({ cell, sizes, shapes, steps, batch, hasLengths, reverse, checkpoint, backend }: LowerKernelsOptions): Kernels {
  const builder = createProgramBuilder();
  const places = (prefix: string, list: readonly NamedShape[], of: number): Map<string, Location> =>
    new Map(
      list.map(({ name, shape }) => {
        const columns = countOf(shape);
        const buffer = builder.buffer({ name: prefix + name, length: of * batch * columns, role: "port", shape: [of, batch, ...shape] });
        return [name, { buffer, offset: 0, stepStride: of === 1 ? 0 : batch * columns, rowStride: columns, columnStride: shape.length === 0 ? 0 : 1, columns, padded: false, local: false }];
      }),
    );
  const declare = (prefix: string, role: BufferRole): BufferId[] =>
    shapes.parameters.map(({ name, shape }) => builder.buffer({ name: prefix + name, length: countOf(shape), role, shape }));
  const values = declare("", "parameter");
  const gradients = declare("d", "gradient");
  const parameters = new Map(shapes.parameters.map(({ name }, i) => [name, { value: values[i]!, gradient: gradients[i]! }]));
  const inputs = places("", shapes.inputs, steps);
  const dInputs = places("d", shapes.inputs, steps);
  const [first, final] = [places("first.", shapes.states, 1), places("final.", shapes.states, 1)];
  const [dFirst, dFinal] = [places("d.first.", shapes.states, 1), places("d.final.", shapes.states, 1)];
  const outputShape = cell.output.shape.length === 0 ? [] : [shapes.outputSize];
  const [output, dOutput] = [places("", [{ name: "output", shape: outputShape }], steps), places("", [{ name: "d.output", shape: outputShape }], steps)];
  const lengths = hasLengths ? builder.buffer({ name: "lengths", length: batch, role: "port" }) : undefined;

  const lowered = lowerCell({
    builder, name: cell.name, cell, sizes, steps, batch, reverse,
    inputs: Object.fromEntries(inputs),
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
  const copies = (from: Readonly<Record<string, Location>>, to: ReadonlyMap<string, Location>, label: string): Statement[] =>
    [...to].flatMap(([name, target]) => (from[name] === undefined ? [] : copyStep({ builder, batch }, `${label}.${name}`, from[name], target)));
  const clear: Statement[] = gradients.map((buffer, i) => ({
    kind: "fill", name: `zero.${shapes.parameters[i]!.name}`, buffer, offset: { constant: 0, terms: [] }, length: countOf(shapes.parameters[i]!.shape), value: 0,
  }));
  const program = builder.finish([
    { name: "forward", body: [...lowered.packs, ...lowered.forward, ...copies(lowered.finalStates, final, "final")] },
    { name: "backward", body: [...clear, ...back.packs, ...back.statements, ...copies(back.initialStates, dFirst, "d.first")] },
  ]);
  const ids = (map: ReadonlyMap<string, Location>): Map<string, BufferId> => new Map([...map].map(([name, location]) => [name, location.buffer]));
  return {
    executable: backend.load(program),
    inputs: ids(inputs), dInputs: ids(dInputs), parameters, first: ids(first), final: ids(final), dFirst: ids(dFirst), dFinal: ids(dFinal), lengths,
    output: known(ids(output).get("output"), "output"), dOutput: known(ids(dOutput).get("d.output"), "d.output"),
  };
}
