/** A loss and its gradient as kernel statements. */
import { at, lowerCell, overRows } from "../lower/index.ts";
import type { BufferId, Location, ProgramBuilder, Statement } from "../lower/index.ts";
import { known } from "../util/errors.ts";
import { lowerCtc } from "./lower-ctc.ts";
import type { LossPlan } from "./losses.ts";

/** What all lowerings of one loss share: the loss's constant vectors, which the host sets once. */
export interface LossVectors {
  readonly plan: LossPlan;
  readonly buffers: ReadonlyMap<string, BufferId>;
}

/** Gives the constant vectors of a loss their buffers. */
export function declareLoss(builder: ProgramBuilder, plan: LossPlan): LossVectors {
  const declare = (name: string, length: number): BufferId =>
    builder.buffer({ name: `loss.${name}`, length, role: "frozen" });
  return {
    plan,
    buffers: new Map(Object.entries(plan.vectors).map(([name, values]) => [name, declare(name, values.length)])),
  };
}

export interface LowerLossOptions {
  readonly builder: ProgramBuilder;
  /** Prefix of names. */
  readonly name: string;
  readonly loss: LossVectors;
  /** `[steps, batch, outputs]`. */
  readonly prediction: Location;
  readonly steps: number;
  readonly batch: number;
  /** Steps of each member, none longer than the one before: rows past them count nothing, whatever their weight. */
  readonly lengths?: BufferId;
  /** `[steps, batch, targets]` and `[steps, batch]`, dense from their start; a loss of whole sequences has no steps of either. */
  readonly targets: BufferId;
  readonly weights: BufferId;
  /** One word: what the sum of all rows is multiplied with. */
  readonly scale: BufferId;
  /** One word, for the loss. */
  readonly to: BufferId;
  /** Where the gradient of the prediction goes; without it none is computed. */
  readonly gradient?: Location;
}

/**
 *     row losses      l_r = loss(x_r, target_r, weight_r)
 *     to              L = scale · Σ_r l_r
 *     gradient        dx_r = scale · ∂l_r/∂x_r
 */
export function lowerLoss(options: LowerLossOptions): readonly Statement[] {
  if (options.loss.plan.ctc !== undefined) return lowerCtc(options);
  const { builder, name, loss, prediction, steps, batch, gradient } = options;
  const { plan } = loss;
  const rowLosses = builder.buffer({
    name: `${name}.rows`,
    length: steps * batch,
    role: "scratch",
    shape: [steps, batch],
  });
  const target = spreadTargets(options);
  const parts = partsOf(prediction, plan);
  const lowered = lowerCell({
    builder,
    name,
    cell: known(plan.cell, "the equations of the loss"),
    sizes: { I: plan.outputs / plan.parts.length },
    steps,
    batch,
    inputs: { ...parts, target: target.location, weight: numberOfRow(options.weights, batch) },
    parameters: Object.fromEntries([...loss.buffers].map(([vector, value]) => [vector, { value }])),
    output: numberOfRow(rowLosses, batch),
    ...(options.lengths === undefined ? {} : { lengths: options.lengths }),
    ...(gradient === undefined ? {} : { gradient: { inputs: plan.parts } }),
  });
  // The adjoint of every row is the one number `scale`.
  const adjoint: Location = { ...numberOfRow(options.scale, batch), stepStride: 0, rowStride: 0 };
  const back =
    gradient === undefined
      ? undefined
      : lowered.backward({
          output: adjoint,
          inputs: Object.fromEntries(
            Object.entries(partsOf(gradient, plan)).map(([part, to]) => [part, { to, mode: "set" }]),
          ),
        });
  return [
    ...target.statements,
    ...lowered.packs,
    ...lowered.forward,
    sumRows(options, rowLosses),
    ...(back === undefined ? [] : [...back.packs, ...back.statements]),
  ];
}

/** The inputs of the loss that stand side by side in each row. */
function partsOf(rows: Location, { parts, outputs }: LossPlan): Readonly<Record<string, Location>> {
  if (parts.length === 1) return { x: rows };
  const columns = outputs / parts.length;
  const partAt = (at: number): Location => ({
    ...rows,
    offset: rows.offset + at * columns * rows.columnStride,
    columns,
    padded: false,
  });
  return Object.fromEntries(parts.map((part, at) => [part, partAt(at)]));
}

/** One number for each step and member. */
function numberOfRow(buffer: BufferId, batch: number): Location {
  return {
    buffer,
    offset: 0,
    stepStride: batch,
    rowStride: 1,
    columnStride: 0,
    columns: 1,
    padded: false,
    local: false,
  };
}

function rowsOf(buffer: BufferId, batch: number, columns: number): Location {
  return {
    buffer,
    offset: 0,
    stepStride: batch * columns,
    rowStride: columns,
    columnStride: 1,
    columns,
    padded: false,
    local: false,
  };
}

/** Where the loss reads its targets: as they are, or, for several quantiles, repeated side by side. */
function spreadTargets({ builder, name, loss, steps, batch, targets }: LowerLossOptions): {
  readonly location: Location;
  readonly statements: readonly Statement[];
} {
  const { plan } = loss;
  if (plan.isClass) return { location: numberOfRow(targets, batch), statements: [] };
  const given = rowsOf(targets, batch, plan.targets);
  if (plan.repeats === 1) return { location: given, statements: [] };
  const length = steps * batch * plan.outputs;
  const buffer = builder.buffer({
    name: `${name}.targets`,
    length,
    role: "scratch",
    shape: [steps, batch, plan.outputs],
  });
  const location = rowsOf(buffer, batch, plan.outputs);
  const statements = overRows(
    { builder, batch },
    { name: `${name}.targets`, range: { first: 0, count: steps }, locations: [given, location] },
    ([from, to], rows) => [
      builder.map(`${name}.targets`, { rows, columns: plan.targets }, (map) => {
        const { offset, ...view } = known(to, "the targets' place");
        const value = map.load(known(from, "the targets"));
        for (let copy = 0; copy < plan.repeats; copy++) {
          map.store({ ...view, offset: { ...offset, constant: offset.constant + copy * plan.targets } }, value);
        }
      }),
    ],
  );
  return { location, statements };
}

function sumRows({ builder, name, steps, batch, scale, to }: LowerLossOptions, rowLosses: BufferId): Statement {
  const word = (buffer: BufferId) => ({ buffer, offset: at(0), rowStride: 0, columnStride: 0 }) as const;
  return builder.map(`${name}.sum`, { rows: 1, columns: steps * batch }, (map) => {
    const sum = map.reduce("sum", map.load({ buffer: rowLosses, offset: at(0), rowStride: 0, columnStride: 1 }));
    map.store(word(to), map.apply("multiply", map.load(word(scale)), sum));
  });
}
