/** The program of a session: one step of a network from states that stay in memory, on weights packed once. */
import type { Backend, Executable } from "../engine/backend.ts";
import { loadSettled, settleProgram } from "../engine/settle-program.ts";
import type { SettledProgram } from "../engine/settle-program.ts";
import { copyRows, createProgramBuilder, memberNumbers, packedLength } from "../lower/index.ts";
import type { BufferId, Location, Program, ProgramBuilder, Statement, WeightFormat } from "../lower/index.ts";
import { known } from "../util/errors.ts";
import { describeNetwork, stateShapes } from "./describe.ts";
import { declareParameters, lowerNetwork } from "./lower-network.ts";
import type { LoweredSource, NetworkParameters } from "./lower-network.ts";
import type { ParameterValues } from "./initialise.ts";
import { inputPort } from "./predict.ts";
import { allocateSignal } from "./signal.ts";
import type { NetworkSpec } from "./spec.ts";

export interface StepOptions {
  readonly spec: NetworkSpec;
  readonly parameters: ParameterValues;
  readonly backend: Backend;
  /** Streams that step together, each with a state of its own. */
  readonly batch: number;
  readonly weights: WeightFormat;
  /** Of a network with an encoder: the most steps of a source, and how many sources there are, each for equally many members that follow one another. */
  readonly sourceSteps?: number | undefined;
  readonly sources: number;
}

/** Ports of what an encoder reads. */
export interface SourcePorts {
  readonly steps: number;
  /** `[S, sources, I]`, or tokens `[S, sources]`, the longest first; and their lengths, which pictures do not have. */
  readonly input: BufferId;
  readonly lengths: BufferId | undefined;
  /** For each member, where it stands among those. */
  readonly rows: BufferId;
}

/** Bytes of all packed weights. */
export interface WeightBytes {
  readonly format: WeightFormat;
  readonly bytes: number;
  /** What they would be as float32. */
  readonly bytesFloat32: number;
}

/** Functions `step`, and with several members `stepSome`, which leaves those alone whose word in `active` is 0; `read` with an encoder, which sets the states that start from it. */
export interface LoadedStep {
  readonly executable: Executable;
  readonly input: BufferId;
  readonly output: BufferId;
  readonly states: ReadonlyMap<string, Location>;
  /** `[batch]`: steps done. */
  readonly clock: BufferId;
  readonly active: BufferId | undefined;
  readonly source: SourcePorts | undefined;
  /** `[batch, source steps]`, of the last cell that attends. */
  readonly attention: BufferId | undefined;
  readonly weights: WeightBytes;
  /** The same once more, in memory of its own with the same contents. */
  copy(): LoadedStep;
}

/** A program that only steps, on weights that are packed already. */
export interface PackedStep extends Omit<LoadedStep, "executable" | "copy">, SettledProgram {}

/** Packs the weights for a program that only steps: float32 matrices take no memory afterwards. */
export function packStep(options: StepOptions): PackedStep {
  const { backend, parameters } = options;
  const { builder, places, packs, steps, ...parts } = lowerStep(options);
  const settled = settleProgram(backend, builder.finish([{ name: "prepare", body: packs }, ...steps]), (array) => {
    for (const [name, { value }] of places) array(value).set(known(parameters[name], `parameter ${name}`));
  });
  return { ...settled, ...parts, weights: weightBytes(packs, options.weights) };
}

/** A session's program in memory. */
export function loadStep(options: StepOptions): LoadedStep {
  const { program, contents, ...parts } = packStep(options);
  const load = (settled: SettledProgram): LoadedStep => {
    const executable = loadSettled(options.backend, settled);
    const copy = (): LoadedStep => {
      const now = [...contents.keys()].map((buffer) => [buffer, executable.array(buffer)] as const);
      return load({ program, contents: new Map(now) });
    };
    return { executable, ...parts, copy };
  };
  return load({ program, contents });
}

function weightBytes(packs: readonly Statement[], format: WeightFormat): WeightBytes {
  const bytesAs = (as: WeightFormat): number =>
    packs.reduce((sum, pack) => sum + (pack.kind === "pack" ? packedLength(pack.depth, pack.columns, as) * 4 : 0), 0);
  return { format, bytes: bytesAs(format), bytesFloat32: bytesAs("float32") };
}

interface LoweredStep extends Omit<LoadedStep, "executable" | "weights" | "copy"> {
  readonly builder: ProgramBuilder;
  readonly places: NetworkParameters;
  readonly packs: readonly Statement[];
  readonly steps: Program["functions"];
}

function lowerStep({ spec, batch, weights, sourceSteps, sources }: StepOptions): LoweredStep {
  const builder = createProgramBuilder();
  const places = declareParameters(builder, describeNetwork(spec), { gradients: false });
  const input = inputPort(builder, spec, { name: "input", steps: 1, batch });
  const source = sourcePorts(builder, spec, { steps: sourceSteps, batch, sources });
  const clock = builder.buffer({ name: "clock", length: batch, role: "persistent" });
  const active = batch === 1 ? undefined : builder.buffer({ name: "active", length: batch, role: "port" });
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
    source: source?.lowered,
    parameters: places,
    carriedStates: states,
    packedRole: "persistent",
    weights,
    clock,
  });
  const output = allocateSignal(builder, "output", { steps: 1, batch, columns: lowered.output.columns, role: "port" });
  const looked = [...lowered.attention.values()].at(-1);
  const attention =
    looked === undefined
      ? undefined
      : allocateSignal(builder, "attention", { steps: 1, batch, columns: looked.columns, role: "port" });
  const kept = [
    ...(looked === undefined || attention === undefined ? [] : [{ from: looked, to: attention }]),
    { from: lowered.output, to: output },
    ...[...states].map(([name, to]) => ({ from: known(lowered.finalStates.get(name), name), to })),
  ];
  const finish = (where?: BufferId): readonly Statement[] => [
    ...copyRows({ builder, batch }, "keep", kept, where),
    tick({ builder, batch }, clock, where),
  ];
  const some = active === undefined ? [] : [{ name: "stepSome", body: [...lowered.forward, ...finish(active)] }];
  const read = source === undefined ? [] : [{ name: "read", body: lowered.begin }];
  const steps = [...read, { name: "step", body: [...lowered.forward, ...finish()] }, ...some];
  return {
    builder,
    places,
    packs: lowered.packs,
    steps,
    input: input.buffer,
    output: output.buffer,
    states,
    clock,
    active,
    source: source?.ports,
    attention: attention?.buffer,
  };
}

function sourcePorts(
  builder: ProgramBuilder,
  { encoder }: NetworkSpec,
  { steps, batch, sources }: { readonly steps: number | undefined; readonly batch: number; readonly sources: number },
): { readonly ports: SourcePorts; readonly lowered: LoweredSource } | undefined {
  if (encoder === undefined) return undefined;
  const most = known(steps, "the most steps of a source");
  const numbers = (name: string, length: number): BufferId =>
    builder.buffer({ name: `source.${name}`, length, role: "port" });
  const input = inputPort(builder, encoder, { name: "source.input", steps: most, batch: sources });
  const rows = numbers("rows", batch);
  const lengths = encoder.input.kind === "image" ? undefined : numbers("lengths", sources);
  return {
    ports: { steps: most, input: input.buffer, lengths, rows },
    lowered: { steps: most, input, kept: { rows, sources }, ...(lengths === undefined ? {} : { lengths }) },
  };
}

/** clock += 1, or the member's word of `active`. */
function tick(
  { builder, batch }: { readonly builder: ProgramBuilder; readonly batch: number },
  clock: BufferId,
  active: BufferId | undefined,
): Statement {
  return builder.map("tick", { rows: batch, columns: 1 }, (map) =>
    map.store(memberNumbers(clock), active === undefined ? map.constant(1) : map.load(memberNumbers(active)), "add"),
  );
}
