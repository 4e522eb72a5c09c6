/** A stream through a network, one step at a time: the state stays inside, stepping equals running the whole sequence. */
import type { Numbers } from "../engine/backend.ts";
import { known, RecurraError } from "../util/errors.ts";
import { cellOf, stateShapes } from "./describe.ts";
import { loadStep } from "./load-step.ts";
import type { LoadedStep, StepOptions, WeightBytes } from "./load-step.ts";
import type { NetworkSpec } from "./spec.ts";

/** All that a session remembers, or one member of it: plain arrays, which may be stored. */
export interface SessionSnapshot {
  /** Members: that of the session, or 1. */
  readonly batch: number;
  /** By `layer.state`, each `[batch, size]`. */
  readonly states: Readonly<Record<string, Numbers>>;
  /** `[batch]`: how many steps each member has done. */
  readonly steps: Numbers;
}

/** Members are numbered from 0. A number that no member has throws `network/no-member`. */
export interface Session {
  readonly batch: number;
  /** How the weights of products are held, and the memory they take. */
  readonly weights: WeightBytes;
  /**
   * One step: `x` is `[batch, features]`, or `[batch]` token numbers. Returns the output `[batch, size]`: the same array at every call, so copy what you
   * keep. With `active`, `[batch]`, only members whose entry is not 0 or false go on; states and outputs of the others stay, whatever stands in `x`
   * for them (a token must be one even so). Allocates nothing.
   */
  step(x: ArrayLike<number>, active?: ArrayLike<number | boolean>): Numbers;
  /** What all members remember, or one. */
  snapshot(member?: number): SessionSnapshot;
  /** All members as they were, or one of them as one was, in whatever session of the model and under whatever number. */
  restore(snapshot: SessionSnapshot, member?: number): void;
  /** Another session that goes on from here on its own. */
  fork(): Session;
  /** All members, or one, back to the first states. */
  reset(member?: number): void;
  dispose(): void;
}

/** A session of a network all of whose layers can go forwards step by step. Throws `network/no-stream` naming the layer that cannot. */
export function createSession(options: StepOptions): Session {
  const { spec, batch } = options;
  if (!Number.isInteger(batch) || batch < 1)
    throw new RecurraError("network/bad-size", `batch must be a whole number of at least 1, but is ${batch}.`);
  checkStreams(spec);
  const session = openSession(options, loadStep(options));
  session.reset();
  return session;
}

function openSession(options: StepOptions, loaded: LoadedStep): Session {
  const { spec, batch } = options;
  const { executable, input, output } = loaded;
  const [x, y] = [executable.array(input), executable.array(output)];
  const active = loaded.active === undefined ? undefined : executable.array(loaded.active);
  const memory = createMemory(options, loaded);
  const tokens = spec.input.kind === "tokens" ? spec.input.size : undefined;

  return {
    batch,
    weights: loaded.weights,
    step: (values, only) => {
      if (values.length !== x.length) refuseLength("A step", values.length, x.length, batch);
      if (tokens !== undefined) checkTokens(values, tokens);
      for (let i = 0; i < x.length; i++) x[i] = values[i]!;
      if (only === undefined) {
        executable.call("step");
        return y;
      }
      if (only.length !== batch) refuseLength("`active`", only.length, batch, batch);
      // A session of one goes on or does not.
      if (active === undefined) {
        if (only[0]) executable.call("step");
        return y;
      }
      for (let i = 0; i < batch; i++) active[i] = only[i] ? 1 : 0;
      executable.call("stepSome");
      return y;
    },
    snapshot: memory.snapshot,
    restore: memory.restore,
    fork: () => openSession(options, loaded.copy()),
    reset: (member) => {
      if (member !== undefined) return memory.restore(memory.first, member);
      for (let each = 0; each < batch; each++) memory.restore(memory.first, each);
    },
    dispose: () => executable.dispose(),
  };
}

interface Memory {
  /** Of one member. */
  readonly first: SessionSnapshot;
  snapshot(member?: number): SessionSnapshot;
  restore(snapshot: SessionSnapshot, member?: number): void;
}

/** What a session remembers, seen member by member. */
function createMemory(options: StepOptions, { executable, states, clock }: LoadedStep): Memory {
  const { batch } = options;
  const arrays = new Map([...states].map(([name, { buffer }]) => [name, executable.array(buffer)]));
  const time = executable.array(clock);
  const first = firstStates(options);

  const part = (array: Numbers, member: number | undefined): Numbers => {
    if (member === undefined) return array;
    const size = array.length / batch;
    return array.subarray(member * size, (member + 1) * size);
  };
  const checkMember = (member: number | undefined): void => {
    if (member === undefined || (Number.isInteger(member) && member >= 0 && member < batch)) return;
    throw new RecurraError(
      "network/no-member",
      `There is no member ${member}: this session has ${batch === 1 ? "only member 0" : `members 0 to ${batch - 1}`}.`,
    );
  };
  return {
    first,
    snapshot: (member) => {
      checkMember(member);
      return {
        batch: member === undefined ? batch : 1,
        states: Object.fromEntries([...arrays].map(([name, array]) => [name, part(array, member).slice()])),
        steps: part(time, member).slice(),
      };
    },
    restore: (snapshot, member) => {
      checkMember(member);
      checkSnapshot(snapshot, arrays, { batch: member === undefined ? batch : 1, of: batch });
      for (const [name, array] of arrays) part(array, member).set(known(snapshot.states[name], name));
      part(time, member).set(snapshot.steps);
    },
  };
}

/** Everything is checked before anything is written. */
function checkSnapshot(
  { states, steps }: SessionSnapshot,
  arrays: ReadonlyMap<string, Numbers>,
  { batch, of }: { readonly batch: number; readonly of: number },
): void {
  const strange = Object.keys(states).find((name) => !arrays.has(name));
  if (strange !== undefined) {
    throw new RecurraError(
      "network/bad-snapshot",
      `The snapshot has a state ${strange}, which this network does not; restore it into a session of the same model.`,
    );
  }
  for (const [name, array] of [...arrays, ["steps", { length: of }] as const]) {
    const values = name === "steps" ? steps : states[name];
    const wanted = (array.length / of) * batch;
    if (values?.length === wanted) continue;
    throw new RecurraError(
      "network/bad-snapshot",
      `The snapshot has ${values?.length ?? "no"} numbers for ${name === "steps" ? "its steps" : `state ${name}`}, but ${wanted} are needed here; restore it into a session of the same model, and one of all members where there are as many, one of a single member into any.`,
    );
  }
}

function refuseLength(what: string, got: number, wanted: number, batch: number): never {
  throw new RecurraError(
    "network/bad-input",
    `${what} needs ${wanted} numbers (${batch} × ${wanted / batch}), but ${got} were given.`,
  );
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
  if (spec.input.kind === "image")
    throw new RecurraError(
      "network/no-stream",
      "The network's input is a picture, which does not come step by step; use predict on whole pictures.",
    );
  spec.layers.forEach((layer, index) => {
    if (layer.kind === "convolution" || layer.kind === "spatial-pool") {
      throw new RecurraError(
        "network/no-stream",
        `Layer ${index} (${layer.kind}) reads several steps at once, some of which a stream does not have yet; use predict on whole sequences.`,
      );
    }
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

/** Of one member. */
function firstStates({ spec, parameters }: StepOptions): SessionSnapshot {
  const values = stateShapes(spec).map(({ name, columns, layer: index, state }) => {
    const layer = known(spec.layers[index], "a layer");
    const start = layer.kind === "cell" ? (layer.cell.options.initialStates?.[state] ?? 0) : 0;
    return [name, parameters[`${index}.initial.${state}`] ?? new Float32Array(columns).fill(start)] as const;
  });
  return { batch: 1, states: Object.fromEntries(values), steps: new Float32Array(1) };
}
