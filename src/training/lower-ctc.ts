/**
 * Connectionist temporal classification (Graves et al. 2006) and its gradient as kernel statements, in the logarithms of probabilities. The labels l of a
 * member, with blanks between and around them, are its S = 2L + 1 states; those past its own 2 length + 1 are impossible.
 */
import { at, plus } from "../lower/index.ts";
import type { BufferId, MapBuilder, Offset, Statement, ValueId, View } from "../lower/index.ts";
import { known } from "../util/errors.ts";
import type { LowerLossOptions } from "./lower-loss.ts";

/** The logarithm of nothing: far below any sum of logarithms, and finite so that sums of it stay numbers. */
const never = -1e30;

/** What the parts of the lowering share. */
interface Work {
  readonly options: LowerLossOptions;
  readonly labels: number;
  /** S */
  readonly states: number;
  readonly outputs: number;
  readonly blank: number;
  readonly buffers: Buffers;
}

type Buffers = ReturnType<typeof declareBuffers>;

function declareBuffers({ builder, name, steps, batch }: LowerLossOptions, outputs: number, states: number) {
  const buffer = (own: string, shape: readonly number[]): BufferId =>
    builder.buffer({
      name: `${name}.${own}`,
      length: shape.reduce((product, n) => product * n, 1),
      role: "scratch",
      shape,
    });
  return {
    /** log p of each class. */
    logs: buffer("logs", [steps, batch, outputs]),
    /** Which of the rows of one number of a step's `logs` a state reads: member × outputs + class. */
    sources: buffer("sources", [batch, states]),
    ends: buffer("ends", [batch]),
    /** 0 where a state may follow the one two before it, else `never`; two more columns. */
    skips: buffer("skips", [batch, states + 2]),
    /** log p of the class of each state. */
    emitted: buffer("emitted", [steps, batch, states]),
    /** log α of the step before, two more columns before the states. */
    forward: buffer("forward", [steps + 1, batch, states + 2]),
    /** log β + log p, two more columns behind the states. */
    backward: buffer("backward", [steps + 1, batch, states + 2]),
    likelihoods: buffer("likelihoods", [batch]),
    /** Share of each state in the paths through it, weighed. */
    posteriors: buffer("posteriors", [batch, states]),
  };
}

/**
 *     α_t(s) = p_t(s) (α_t-1(s) + α_t-1(s-1) + skip(s) α_t-1(s-2))              p(l) = α_T(2 length) + α_T(2 length - 1)
 *     β_t(s) = β'_t+1(s) + β'_t+1(s+1) + skip(s+2) β'_t+1(s+2),   β'_t = p_t β_t
 *     loss   = -scale Σ_b weight_b log p(l_b)
 *     dx_t,c = scale weight_b (softmax(x_t)_c - Σ_s:l(s)=c α_t(s) β_t(s) / p(l))
 */
export function lowerCtc(options: LowerLossOptions): readonly Statement[] {
  const { name, loss, gradient } = options;
  const { outputs, targets: labels } = loss.plan;
  const states = 2 * labels + 1;
  const blank = known(loss.plan.ctc, "the blank").blank;
  const work: Work = { options, labels, states, outputs, blank, buffers: declareBuffers(options, outputs, states) };
  return [
    ...placeStates(work),
    ...takeLogs(work),
    ...runForward(work),
    ...sumLikelihoods(work),
    ...(gradient === undefined ? [] : runBackward(work, `${name}.back`)),
  ];
}

function numbers(buffer: BufferId, offset: Offset = at(0), rowStride = 1): View {
  return { buffer, offset, rowStride, columnStride: 0 };
}

/** States of each member at a place of `width` columns, from column `first` on. */
function statesAt({ states }: Work, buffer: BufferId, extra: 0 | 2, first = 0, offset: Offset = at(0)): View {
  const shifted = { ...offset, constant: offset.constant + first };
  return { buffer, offset: shifted, rowStride: states + extra, columnStride: 1 };
}

function fill(name: string, buffer: BufferId, length: number): Statement {
  return { kind: "fill", name, buffer, offset: at(0), length, value: never };
}

/** Classes of the states, where each member's end, and which may be skipped to. */
function placeStates(work: Work): readonly Statement[] {
  const { options, labels, states, outputs, blank, buffers } = work;
  const { builder, name, batch, targets } = options;
  const label = (map: MapBuilder, offset: Offset): ValueId => map.load(numbers(targets, offset, labels));
  const skipAt = (offset: Offset): View =>
    numbers(buffers.skips, { ...offset, constant: offset.constant + 1 }, states + 2);
  const isLabel = (map: MapBuilder, value: ValueId): ValueId => map.apply("less", map.constant(-0.5), value);
  return [
    builder.map(`${name}.ends`, { rows: batch, columns: labels }, (map) => {
      const value = map.load({ buffer: targets, offset: at(0), rowStride: labels, columnStride: 1 });
      const count = map.reduce("sum", isLabel(map, value));
      map.store(numbers(buffers.ends), map.apply("multiply", map.constant(2), count));
    }),
    builder.map(`${name}.blanks`, { rows: batch, columns: states }, (map) => {
      const member = map.apply("multiply", map.rowIndex(), map.constant(outputs));
      map.store(statesAt(work, buffers.sources, 0), map.apply("add", member, map.constant(blank)));
    }),
    builder.loop(`${name}.labels`, { count: labels }, (n) => [
      builder.map(`${name}.labels`, { rows: batch, columns: 1 }, (map) => {
        const member = map.apply("multiply", map.rowIndex(), map.constant(outputs));
        const own = map.apply("max", label(map, plus(at(0), n, 1)), map.constant(0));
        map.store(numbers(buffers.sources, plus(at(1), n, 2), states), map.apply("add", member, own));
      }),
    ]),
    fill(`${name}.noSkips`, buffers.skips, batch * (states + 2)),
    builder.map(`${name}.firstSkip`, { rows: batch, columns: 1 }, (map) => map.store(skipAt(at(0)), map.constant(0))),
    ...(labels === 1
      ? []
      : [
          builder.loop(`${name}.skips`, { count: labels - 1 }, (n) => [
            builder.map(`${name}.skips`, { rows: batch, columns: 1 }, (map) => {
              const same = map.apply("equal", label(map, plus(at(0), n, 1)), label(map, plus(at(1), n, 1)));
              map.store(skipAt(plus(at(2), n, 2)), map.apply("multiply", same, map.constant(never)));
            }),
          ]),
        ]),
  ];
}

/** log softmax of all rows, and the numbers of each state's class. */
function takeLogs(work: Work): readonly Statement[] {
  const { options, states, outputs, buffers } = work;
  const { builder, name, steps, batch, prediction } = options;
  const pitch = batch * states;
  return [
    builder.loop(`${name}.softmax`, { count: steps }, (t) => [
      builder.map(`${name}.softmax`, { rows: batch, columns: outputs }, (map) => {
        const offset = plus(at(prediction.offset), t, prediction.stepStride);
        const x = map.load({ buffer: prediction.buffer, offset, rowStride: prediction.rowStride, columnStride: 1 });
        const shifted = map.apply("subtract", x, map.reduce("max", x));
        const logs = map.apply("subtract", shifted, map.apply("log", map.reduce("sum", map.apply("exp", shifted))));
        map.store(logsAt(work, plus(at(0), t, batch * outputs)), logs);
      }),
      builder.map(`${name}.emitted`, { rows: pitch, columns: 1 }, (map) => {
        const from = { ...numbers(buffers.logs, plus(at(0), t, batch * outputs)), rows: numbers(buffers.sources) };
        map.store(numbers(buffers.emitted, plus(at(0), t, pitch)), map.load(from));
      }),
    ]),
  ];
}

function logsAt({ outputs, buffers }: Work, offset: Offset): View {
  return { buffer: buffers.logs, offset, rowStride: outputs, columnStride: 1 };
}

/** log(exp a + exp b + exp c) */
function addLogs(map: MapBuilder, parts: readonly ValueId[]): ValueId {
  const add = (a: ValueId, b: ValueId): ValueId => map.apply("add", a, b);
  const most = parts.reduce((a, b) => map.apply("max", a, b));
  const sum = parts.map((part) => map.apply("exp", map.apply("subtract", part, most))).reduce(add);
  return add(most, map.apply("log", sum));
}

/** `never` past the member's last state, else 0. */
function past(map: MapBuilder, { buffers }: Work): ValueId {
  const isPast = map.apply("less", map.load(numbers(buffers.ends)), map.columnIndex());
  return map.apply("multiply", isPast, map.constant(never));
}

/** 0 at the last blank and the last label, else `never`: where a path may end. */
function ending(map: MapBuilder, { buffers }: Work): ValueId {
  const end = map.load(numbers(buffers.ends));
  const late = map.apply("less", map.apply("subtract", end, map.constant(1.5)), map.columnIndex());
  const early = map.apply("less", map.columnIndex(), map.apply("add", end, map.constant(0.5)));
  return map.apply("select", map.apply("multiply", late, early), map.constant(0), map.constant(never));
}

function runForward(work: Work): readonly Statement[] {
  const { options, states, buffers } = work;
  const { builder, name, steps, batch, lengths } = options;
  const row = batch * (states + 2);
  return [
    fill(`${name}.nothing`, buffers.forward, (steps + 1) * row),
    // Before the first step, all of it stands just before the first state.
    builder.map(`${name}.start`, { rows: batch, columns: 1 }, (map) =>
      map.store(numbers(buffers.forward, at(1), states + 2), map.constant(0)),
    ),
    builder.loop(`${name}.forward`, { count: steps }, (t) => [
      builder.map(`${name}.forward`, { rows: batch, columns: states }, (map) => {
        const from = (first: number): ValueId =>
          map.load(statesAt(work, buffers.forward, 2, first, plus(at(0), t, row)));
        const skip = map.apply("add", from(0), map.load(statesAt(work, buffers.skips, 2)));
        const own = map.load(statesAt(work, buffers.emitted, 0, 0, plus(at(0), t, batch * states)));
        const next = map.apply("add", map.apply("add", addLogs(map, [from(2), from(1), skip]), own), past(map, work));
        const to = statesAt(work, buffers.forward, 2, 2, plus(at(row), t, row));
        if (lengths === undefined) return map.store(to, next);
        const active = map.apply("less", map.loopIndex(t), map.load(numbers(lengths)));
        map.store(to, map.apply("select", active, next, from(2)));
      }),
    ]),
  ];
}

/** log p(l) of each member, and the loss. */
function sumLikelihoods(work: Work): readonly Statement[] {
  const { options, states, buffers } = work;
  const { builder, name, steps, batch, weights, scale, to } = options;
  const word = (buffer: BufferId): View => numbers(buffer, at(0), 0);
  return [
    builder.map(`${name}.likelihoods`, { rows: batch, columns: states }, (map) => {
      const last = map.load(statesAt(work, buffers.forward, 2, 2, at(steps * batch * (states + 2))));
      const path = map.apply("add", last, ending(map, work));
      const most = map.reduce("max", path);
      const sum = map.reduce("sum", map.apply("exp", map.apply("subtract", path, most)));
      map.store(numbers(buffers.likelihoods), map.apply("add", most, map.apply("log", sum)));
    }),
    builder.map(`${name}.sum`, { rows: 1, columns: batch }, (map) => {
      const own = (buffer: BufferId): ValueId => map.load({ buffer, offset: at(0), rowStride: 0, columnStride: 1 });
      const sum = map.reduce("sum", map.apply("multiply", own(weights), own(buffers.likelihoods)));
      map.store(word(to), map.apply("negate", map.apply("multiply", map.load(word(scale)), sum)));
    }),
  ];
}

function runBackward(work: Work, name: string): readonly Statement[] {
  const { options, states, outputs, buffers } = work;
  const { builder, steps, batch, lengths } = options;
  const gradient = known(options.gradient, "the gradient's place");
  const row = batch * (states + 2);
  const share = (map: MapBuilder): ValueId =>
    map.apply("multiply", map.load(numbers(options.scale, at(0), 0)), map.load(numbers(options.weights)));
  return [
    fill(`${name}.nothing`, buffers.backward, (steps + 1) * row),
    builder.loop(`${name}.steps`, { count: steps, reverse: true }, (t) => {
      const whenActive = (map: MapBuilder, value: ValueId): ValueId =>
        lengths === undefined
          ? value
          : map.apply(
              "select",
              map.apply("less", map.loopIndex(t), map.load(numbers(lengths))),
              value,
              map.constant(0),
            );
      return [
        builder.map(`${name}.shares`, { rows: batch, columns: states }, (map) => {
          const from = (first: number): ValueId =>
            map.load(statesAt(work, buffers.backward, 2, first, plus(at(row), t, row)));
          const skip = map.apply("add", from(2), map.load(statesAt(work, buffers.skips, 2, 2)));
          const length = lengths === undefined ? map.constant(steps) : map.load(numbers(lengths));
          const goesOn = map.apply("less", map.apply("add", map.loopIndex(t), map.constant(1)), length);
          const beta = map.apply("select", goesOn, addLogs(map, [from(0), from(1), skip]), ending(map, work));
          const own = map.load(statesAt(work, buffers.emitted, 0, 0, plus(at(0), t, batch * states)));
          const placed = map.apply("add", map.apply("add", beta, own), past(map, work));
          map.store(statesAt(work, buffers.backward, 2, 0, plus(at(0), t, row)), placed);
          const alpha = map.load(statesAt(work, buffers.forward, 2, 2, plus(at(row), t, row)));
          const both = map.apply("subtract", map.apply("add", alpha, beta), map.load(numbers(buffers.likelihoods)));
          // No share is above 1, but where nothing is possible differences of huge numbers could say so.
          const posterior = map.apply("exp", map.apply("min", both, map.constant(0)));
          const weighed = map.apply("negate", map.apply("multiply", share(map), posterior));
          map.store(statesAt(work, buffers.posteriors, 0), whenActive(map, weighed));
        }),
        builder.map(`${name}.softmax`, { rows: batch, columns: outputs }, (map) => {
          const p = map.apply("exp", map.load(logsAt(work, plus(at(0), t, batch * outputs))));
          const offset = plus(at(gradient.offset), t, gradient.stepStride);
          map.store(
            { buffer: gradient.buffer, offset, rowStride: gradient.rowStride, columnStride: 1 },
            whenActive(map, map.apply("multiply", share(map), p)),
          );
        }),
        builder.map(`${name}.scatter`, { rows: batch * states, columns: 1 }, (map) => {
          const offset = plus(at(gradient.offset), t, gradient.stepStride);
          const to = { ...numbers(gradient.buffer, offset), rows: numbers(buffers.sources) };
          map.store(to, map.load(numbers(buffers.posteriors)), "add");
        }),
      ];
    }),
  ];
}
