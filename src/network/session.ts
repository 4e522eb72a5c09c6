/** A stream through a network, one step at a time: the state stays inside, stepping equals running the whole sequence. */
import type { Numbers } from "../engine/backend.ts";
import { known, RecurraError } from "../util/errors.ts";
import { checkTokens } from "./check-tokens.ts";
import { cellOf } from "./cell-sizes.ts";
import { columnsOf, stateShapes } from "./describe.ts";
import { loadStep } from "./load-step.ts";
import type { LoadedStep, StepOptions, WeightBytes } from "./load-step.ts";
import { checkSource, fillSource } from "./read-source.ts";
import type { SequenceInputs } from "./predict.ts";
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
  /**
   * Reads another source with the encoder, of the same size as `SessionOptions.source` and no longer than the first; all members go back to their first states. Throws
   * `network/bad-input`, also where the network has no encoder.
   */
  read(source: SequenceInputs): void;
  /** Member n goes on from the states of member `parents[n]`, as in a beam search; what the encoder has read stays with each. Allocates nothing after the first call. */
  reorder(parents: ArrayLike<number>): void;
  /**
   * Where the last step looked: how much each step of the source counted for each member, `[batch, steps]` of the source that the session was opened with. Nothing
   * where no cell attends to the source; with several that do, of the last.
   */
  readonly attention: (() => Numbers) | undefined;
  /** Another session that goes on from here on its own. */
  fork(): Session;
  /** All members, or one, back to the first states: with an encoder, those after it has read its source. */
  reset(member?: number): void;
  dispose(): void;
}

/** A session of a network all of whose layers can go forwards step by step. Throws `network/no-stream` naming the layer that cannot. */
export function createSession({ source, readers = 1, ...given }: SessionSettings): Session {
  const { spec, batch } = given;
  if (!Number.isInteger(batch) || batch < 1)
    throw new RecurraError("network/bad-size", `batch must be a whole number of at least 1, but is ${batch}.`);
  if (!Number.isInteger(batch / readers) || readers < 1)
    throw new RecurraError(
      "network/bad-size",
      `readers must be a number that divides the batch of ${batch}, but is ${readers}.`,
    );
  checkStreams(spec);
  if ((spec.encoder === undefined) !== (source === undefined))
    throw new RecurraError(
      "network/bad-input",
      source === undefined
        ? "The network has an encoder, so open its session with what that reads, as `source`."
        : "A `source` was given, but the network has no encoder.",
    );
  const options = { ...given, sourceSteps: source?.steps, sources: batch / readers };
  if (source !== undefined) checkSource(options, source);
  const session = openSession(options, loadStep(options));
  if (source === undefined) session.reset();
  else session.read(source);
  return session;
}

interface SessionSettings extends Omit<StepOptions, "sourceSteps" | "sources"> {
  readonly source?: SequenceInputs | undefined;
  readonly readers?: number | undefined;
}

/** `first` is what members began with, where an encoder has read its source. */
function openSession(options: StepOptions, loaded: LoadedStep, first?: SessionSnapshot): Session {
  const { spec, batch, sources } = options;
  const { executable, input, output } = loaded;
  const [x, y] = [executable.array(input), executable.array(output)];
  const active = loaded.active === undefined ? undefined : executable.array(loaded.active);
  const memory = createMemory(options, loaded);
  const looks = loaded.attention === undefined ? undefined : executable.array(loaded.attention);
  let began = first;
  const reset = (member?: number): void => {
    if (began === undefined || member === undefined)
      return began === undefined ? memory.reset(member) : memory.restore(began);
    memory.restore(memory.pick(began, member), member);
  };
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
    read: (source) => {
      checkSource(options, source);
      memory.reset();
      const columns = columnsOf(known(spec.encoder, "an encoder"));
      fillSource(executable, known(loaded.source, "the ports of a source"), source, { sources, columns });
      executable.call("read");
      began = memory.snapshot();
    },
    reorder: memory.reorder,
    attention: looks === undefined ? undefined : () => looks,
    fork: () => openSession(options, loaded.copy(), began),
    reset,
    dispose: () => executable.dispose(),
  };
}

interface Memory {
  snapshot(member?: number): SessionSnapshot;
  restore(snapshot: SessionSnapshot, member?: number): void;
  reset(member?: number): void;
  reorder(parents: ArrayLike<number>): void;
  /** What one member of a snapshot remembers. */
  pick(snapshot: SessionSnapshot, member: number): SessionSnapshot;
}

/** What a session remembers, seen member by member. */
function createMemory(options: StepOptions, { executable, states, clock }: LoadedStep): Memory {
  const { batch } = options;
  const arrays = new Map([...states].map(([name, { buffer }]) => [name, executable.array(buffer)]));
  const time = executable.array(clock);
  const first = firstStates(options);
  const all = [...arrays.values(), time];
  let before: readonly Numbers[] | undefined;

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
  const restore = (snapshot: SessionSnapshot, member?: number): void => {
    checkMember(member);
    checkSnapshot(snapshot, arrays, { batch: member === undefined ? batch : 1, of: batch });
    for (const [name, array] of arrays) part(array, member).set(known(snapshot.states[name], name));
    part(time, member).set(snapshot.steps);
  };
  const take = (from: Iterable<readonly [string, Numbers]>, steps: Numbers, member?: number): SessionSnapshot => {
    checkMember(member);
    return {
      batch: member === undefined ? batch : 1,
      states: Object.fromEntries([...from].map(([name, array]) => [name, part(array, member).slice()])),
      steps: part(steps, member).slice(),
    };
  };
  return {
    snapshot: (member) => take(arrays, time, member),
    pick: ({ states, steps }, member) => take(Object.entries(states), steps, member),
    restore,
    reset: (member) => {
      if (member !== undefined) return restore(first, member);
      for (let each = 0; each < batch; each++) restore(first, each);
    },
    reorder: (parents) => {
      if (parents.length !== batch) refuseLength("`parents`", parents.length, batch, batch);
      for (let member = 0; member < batch; member++) checkMember(parents[member]);
      before ??= all.map((array) => array.slice());
      for (let n = 0; n < all.length; n++) takeFromParents(all[n]!, before[n]!, parents);
    },
  };
}

/** Each member's part of an array `[batch, size]` becomes that of its parent; `before` is as long, for what was there. */
function takeFromParents(array: Numbers, before: Numbers, parents: ArrayLike<number>): void {
  const size = array.length / parents.length;
  before.set(array);
  for (let member = 0, at = 0; member < parents.length; member++)
    for (let from = parents[member]! * size, end = from + size; from < end; from++, at++) array[at] = before[from]!;
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

function checkStreams(spec: NetworkSpec): void {
  const fault = streamFault(spec);
  if (fault !== undefined) throw new RecurraError("network/no-stream", `${fault}; use predict on whole sequences.`);
}

/** Why a network cannot go on step by step, if it cannot. */
export function streamFault(spec: NetworkSpec): string | undefined {
  if (spec.input.kind === "image") return "The network's input is a picture, which does not come step by step";
  for (const [index, layer] of spec.layers.entries()) {
    if (layer.kind === "convolution" || layer.kind === "spatial-pool")
      return `Layer ${index} (${layer.kind}) reads several steps at once, some of which a stream does not have yet`;
    if (layer.kind === "cell" && cellOf(layer.cell).states.length > 0 && (layer.direction ?? "forward") !== "forward")
      return `Layer ${index} (${layer.cell.name}) reads the sequence from its end, which a stream does not have yet`;
    // Of layers that read forward alone the final output is that of the step at hand.
    if (layer.kind === "pool" && layer.over !== "last" && layer.over !== "final")
      return `Layer ${index} takes the ${layer.over} over the whole sequence, which a stream does not have yet`;
  }
  return undefined;
}

/** Of one member. */
export function firstStates({ spec, parameters }: Pick<StepOptions, "spec" | "parameters">): SessionSnapshot {
  const values = stateShapes(spec).map(({ name, columns, layer: index, state }) => {
    const layer = known(spec.layers[index], "a layer");
    const start = layer.kind === "cell" ? (layer.cell.options.initialStates?.[state] ?? 0) : 0;
    return [name, parameters[`${index}.initial.${state}`] ?? new Float32Array(columns).fill(start)] as const;
  });
  return { batch: 1, states: Object.fromEntries(values), steps: new Float32Array(1) };
}
