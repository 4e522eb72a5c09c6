/** A stream through a network, one step at a time: the state stays inside, stepping equals running the whole sequence. */
import type { Backend, Executable, Numbers } from "../engine/backend.ts";
import { copyStep, createProgramBuilder } from "../lower/index.ts";
import type { BufferId, Location, Statement } from "../lower/index.ts";
import { known, RecurraError } from "../util/errors.ts";
import { cellOf, describeNetwork, shapeOf, sizesOf } from "./describe.ts";
import { declareParameters, lowerNetwork } from "./lower-network.ts";
import type { ParameterValues } from "./initialise.ts";
import { allocateSignal } from "./signal.ts";
import type { NetworkSpec } from "./spec.ts";

/** All that a session remembers. */
export interface SessionSnapshot {
  /** By `layer.state`, each `[batch, size]`. */
  readonly states: Readonly<Record<string, Numbers>>;
  readonly step: number;
}

export interface Session {
  readonly batch: number;
  /**
   * One step: `x` is `[batch, features]`, or `[batch]` token numbers. Returns the output `[batch, size]`: the same array at every call,
   * so copy what you keep. Allocates nothing.
   */
  step(x: ArrayLike<number>): Numbers;
  snapshot(): SessionSnapshot;
  restore(snapshot: SessionSnapshot): void;
  /** Another session that goes on from here on its own. */
  fork(): Session;
  /** Back to the first states. */
  reset(): void;
  dispose(): void;
}

export interface SessionOptions {
  readonly spec: NetworkSpec;
  readonly parameters: ParameterValues;
  readonly backend: Backend;
  /** Streams that step together, each with a state of its own. */
  readonly batch: number;
}

/** A session of a network all of whose layers can go forwards step by step. Throws `network/no-stream` naming the layer that cannot. */
export function createSession(options: SessionOptions): Session {
  const { spec, batch } = options;
  if (!Number.isInteger(batch) || batch < 1)
    throw new RecurraError("network/bad-size", `batch must be a whole number of at least 1, but is ${batch}.`);
  checkStreams(spec);
  const { executable, input, output, states, clock } = loadStep(options);
  const arrays = new Map([...states].map(([name, { buffer }]) => [name, executable.array(buffer)]));
  const firsts = firstStates(options, states);
  const [x, y, time] = [executable.array(input), executable.array(output), executable.array(clock)];
  const tokens = spec.input.kind === "tokens" ? spec.input.size : undefined;

  const restore = (snapshot: SessionSnapshot): void => {
    for (const [name, array] of arrays) {
      const values = snapshot.states[name];
      if (values === undefined || values.length !== array.length) {
        throw new RecurraError(
          "network/bad-snapshot",
          `The snapshot has ${values?.length ?? "no"} numbers for state ${name}, but this session needs ${array.length}; restore it into a session of the same model and batch.`,
        );
      }
      array.set(values);
    }
    time[0] = snapshot.step;
  };
  restore(firsts);

  return {
    batch,
    step: (values) => {
      if (values.length !== x.length) {
        throw new RecurraError(
          "network/bad-input",
          `A step needs ${x.length} numbers (${batch} × ${x.length / batch}), but ${values.length} were given.`,
        );
      }
      if (tokens !== undefined) checkTokens(values, tokens);
      for (let i = 0; i < x.length; i++) x[i] = values[i]!;
      executable.call("step");
      return y;
    },
    snapshot: () => ({
      states: Object.fromEntries([...arrays].map(([name, array]) => [name, array.slice()])),
      step: time[0]!,
    }),
    restore,
    fork: () => {
      const other = createSession(options);
      other.restore({ states: Object.fromEntries(arrays), step: time[0]! });
      return other;
    },
    reset: () => restore(firsts),
    dispose: () => executable.dispose(),
  };
}

/** Token numbers must be entries of the vocabulary, or a lookup would read outside the table. */
export function checkTokens(values: ArrayLike<number>, size: number): void {
  for (let i = 0; i < values.length; i++) {
    const token = values[i]!;
    if (!(Number.isInteger(token) && token >= 0 && token < size)) {
      throw new RecurraError(
        "network/bad-token",
        `Token ${i} is ${token}, but the vocabulary has entries 0 to ${size - 1}.`,
      );
    }
  }
}

function checkStreams(spec: NetworkSpec): void {
  spec.layers.forEach((layer, index) => {
    if (layer.kind === "cell" && cellOf(layer.cell).states.length > 0 && (layer.direction ?? "forward") !== "forward") {
      throw new RecurraError(
        "network/no-stream",
        `Layer ${index} (${layer.cell.name}) reads the sequence from its end, which a stream does not have yet; use predict on whole sequences.`,
      );
    }
    if (layer.kind === "pool" && layer.over !== "last") {
      throw new RecurraError(
        "network/no-stream",
        `Layer ${index} takes the ${layer.over} over the whole sequence, which a stream does not have yet; use predict, or a pooling over "last".`,
      );
    }
  });
}

interface LoadedStep {
  readonly executable: Executable;
  readonly input: BufferId;
  readonly output: BufferId;
  readonly states: ReadonlyMap<string, Location>;
  readonly clock: BufferId;
}

/** Functions `prepare` (packs the weights, run here) and `step` (one step, after which the new states are the old ones). */
function loadStep({ spec, parameters, batch, backend }: SessionOptions): LoadedStep {
  const builder = createProgramBuilder();
  const shape = describeNetwork(spec);
  const isTokens = spec.input.kind === "tokens";
  const places = declareParameters(builder, shape, { gradients: false });
  const columns = isTokens ? 1 : spec.input.size;
  const input = {
    ...allocateSignal(builder, "input", { steps: 1, batch, columns, role: "port" }),
    columnStride: isTokens ? 0 : 1,
  } as const;
  const clock = builder.buffer({ name: "clock", length: 1, role: "persistent" });
  const states = new Map(
    stateShapes(spec).map(({ name, columns: size, isNumber }): [string, Location] => {
      const location = allocateSignal(builder, `state.${name}`, { steps: 1, batch, columns: size, role: "persistent" });
      return [name, { ...location, stepStride: 0, columnStride: isNumber ? 0 : 1 }];
    }),
  );
  const lowered = lowerNetwork({
    builder,
    spec,
    steps: 1,
    batch,
    input,
    parameters: places,
    carriedStates: states,
    packedRole: "persistent",
    clock,
  });
  const output = allocateSignal(builder, "output", { steps: 1, batch, columns: lowered.output.columns, role: "port" });
  const keep: Statement[] = [...states].flatMap(([name, to]) =>
    copyStep({ builder, batch }, `keep.${name}`, known(lowered.finalStates.get(name), name), to),
  );
  const word = { buffer: clock, offset: { constant: 0, terms: [] }, rowStride: 0, columnStride: 0 } as const;
  const tick = builder.map("tick", { rows: 1, columns: 1 }, (map) => map.store(word, map.constant(1), "add"));
  const program = builder.finish([
    { name: "prepare", body: lowered.packs },
    {
      name: "step",
      body: [...lowered.forward, ...copyStep({ builder, batch }, "output", lowered.output, output), ...keep, tick],
    },
  ]);
  const executable = backend.load(program);
  for (const [name, { value }] of places) executable.array(value).set(known(parameters[name], `parameter ${name}`));
  executable.call("prepare");
  return { executable, input: input.buffer, output: output.buffer, states, clock };
}

/** The states of all cell layers, by `layer.state`. */
export function stateShapes(
  spec: NetworkSpec,
): { name: string; columns: number; isNumber: boolean; layer: number; state: string }[] {
  const shape = describeNetwork(spec);
  return spec.layers.flatMap((layer, index) => {
    if (layer.kind !== "cell") return [];
    const sizes = sizesOf(layer, shape.layers[index]!.inputSize);
    return cellOf(layer.cell).states.map((state) => ({
      name: `${index}.${state.name}`,
      columns: shapeOf(state, sizes)[0] ?? 1,
      isNumber: state.shape.length === 0,
      layer: index,
      state: state.name,
    }));
  });
}

function firstStates(
  { spec, parameters, batch }: SessionOptions,
  states: ReadonlyMap<string, Location>,
): SessionSnapshot {
  const values = stateShapes(spec).map(({ name, columns, layer, state }) => {
    const spec_ = spec.layers[layer]!;
    const learned = parameters[`${layer}.initial.${state}`];
    const start = spec_.kind === "cell" ? (spec_.cell.options.initialStates?.[state] ?? 0) : 0;
    const row = learned ?? new Float32Array(columns).fill(start);
    const all = new Float32Array(batch * columns);
    for (let member = 0; member < batch; member++) all.set(row, member * columns);
    return [name, all] as const;
  });
  return { states: Object.fromEntries(values.filter(([name]) => states.has(name))), step: 0 };
}
