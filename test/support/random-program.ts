/** Random small programs: recurrent networks of random sizes whose elementwise parts are random expressions. */
import { at, createProgramBuilder, plus } from "../../src/lower/builder.ts";
import type { MapBuilder, ProgramBuilder } from "../../src/lower/builder.ts";
import { outerScratchLength, packedLength } from "../../src/lower/ir.ts";
import type {
  BufferId,
  BufferRole,
  LaneOperation,
  LoopId,
  MapStatement,
  PackStatement,
  Program,
  RowWindow,
  Statement,
  ValueId,
  View,
} from "../../src/lower/ir.ts";
import { createRandom } from "../../src/util/random.ts";
import type { Random } from "../../src/util/random.ts";

interface Sizes {
  readonly steps: number;
  readonly batch: number;
  readonly inputs: number;
  readonly hidden: number;
  /** Words between rows of hidden vectors, a multiple of four. */
  readonly stride: number;
  /** Whether a step is over the first rows only, as many as a word says. */
  readonly windowed: boolean;
}

interface Making extends Sizes {
  readonly random: Random;
  readonly builder: ProgramBuilder;
  readonly buffers: Readonly<Record<BufferName, BufferId>>;
}

type BufferName =
  | "W"
  | "U"
  | "b"
  | "dW"
  | "dU"
  | "db"
  | "m"
  | "x"
  | "seed"
  | "active"
  | "y"
  | "loss"
  | "packedW"
  | "packedU"
  | "pre"
  | "h"
  | "kept"
  | "dpre"
  | "outerScratch";

/**
 * The program of a seed: `forward` runs T steps of h' = f(W x + U h, h, b, …) with f a random expression, maybe over a random number of
 * members, `backward` walks back with another one, sums weight gradients and reduces rows, `update` changes all parameters in one map.
 */
export function createRandomProgram(seed: number): Program {
  const random = createRandom(seed);
  const hidden = 1 + random.integer(19);
  const sizes: Sizes = {
    steps: 1 + random.integer(4),
    batch: 1 + random.integer(5),
    inputs: 1 + random.integer(9),
    hidden,
    stride: Math.ceil(hidden / 4) * 4 + 4 * random.integer(2),
    windowed: random.integer(2) === 0,
  };
  const builder = createProgramBuilder();
  const making: Making = { ...sizes, random, builder, buffers: createBuffers(builder, sizes) };
  return builder.finish([
    { name: "forward", body: makeForward(making) },
    { name: "backward", body: makeBackward(making) },
    { name: "update", body: [makeUpdate(making)] },
  ]);
}

function createBuffers(builder: ProgramBuilder, { steps, batch, inputs, hidden, stride }: Sizes): Making["buffers"] {
  const add = (name: string, role: BufferRole, length: number): BufferId => builder.buffer({ name, role, length });
  const columns = Math.ceil(hidden / 4) * 4;
  const rows = steps * batch;
  const whole = (n: number): number => Math.ceil(n / 4) * 4;
  const scratch = Math.max(
    ...[inputs, hidden].map((n) => outerScratchLength({ rows: hidden, columns: n, depth: rows })),
  );
  return {
    W: add("W", "parameter", hidden * inputs),
    U: add("U", "parameter", hidden * hidden),
    b: add("b", "parameter", hidden),
    dW: add("dW", "gradient", hidden * inputs),
    dU: add("dU", "gradient", hidden * hidden),
    db: add("db", "gradient", hidden),
    m: add("m", "moment", whole(hidden * inputs) + whole(hidden * hidden) + whole(hidden)),
    x: add("x", "port", rows * inputs),
    seed: add("seed", "port", 1),
    active: add("active", "scratch", steps),
    y: add("y", "port", rows * hidden),
    loss: add("loss", "port", 1),
    packedW: add("packedW", "scratch", packedLength(inputs, columns)),
    packedU: add("packedU", "persistent", packedLength(hidden, columns)),
    pre: add("pre", "scratch", rows * stride),
    h: add("h", "scratch", (steps + 1) * batch * stride),
    kept: add("kept", "scratch", rows * stride),
    dpre: add("dpre", "scratch", rows * stride),
    outerScratch: add("outerScratch", "scratch", scratch),
  };
}

function makeForward(making: Making): readonly Statement[] {
  const { steps, batch, inputs, hidden, stride, buffers, builder, random } = making;
  const columns = Math.ceil(hidden / 4) * 4;
  const pack = (name: string, from: BufferId, depth: number, to: BufferId): PackStatement => ({
    kind: "pack",
    name,
    depth,
    columns: hidden,
    to,
    blocks: [
      {
        buffer: from,
        offset: at(0),
        depthStride: 1,
        columnStride: depth,
        depth,
        columns: hidden,
        depthAt: 0,
        columnAt: 0,
      },
    ],
  });
  const product = { kind: "product" as const, columns, segments: 1 };
  const window = (part: RowWindow["part"], t: LoopId): RowWindow | undefined =>
    making.windowed ? { count: { buffer: buffers.active, offset: plus(at(0), t, 1) }, part } : undefined;
  return [
    countActive(making),
    pack("pack W", buffers.W, inputs, buffers.packedW),
    pack("pack U", buffers.U, hidden, buffers.packedU),
    {
      ...product,
      name: "W x",
      rows: steps * batch,
      depth: inputs,
      a: { buffer: buffers.x, offset: at(0), rowStride: inputs, segmentStride: 0 },
      b: buffers.packedW,
      c: { buffer: buffers.pre, offset: at(0), rowStride: stride },
      accumulate: false,
    },
    { kind: "fill", name: "first h", buffer: buffers.h, offset: at(0), length: batch * stride, value: 0.25 },
    builder.loop("t", { count: steps }, (t) => {
      const step = (buffer: BufferId, constant = 0): View => ({
        buffer,
        offset: plus(at(constant), t, batch * stride),
        rowStride: stride,
        columnStride: 1,
      });
      const padded = random.integer(2) === 0;
      return [
        {
          ...product,
          name: "U h",
          rows: batch,
          ...(making.windowed ? { window: window("first", t)! } : {}),
          depth: hidden,
          a: { ...step(buffers.h), segmentStride: 0 },
          b: buffers.packedU,
          c: step(buffers.pre),
          accumulate: true,
        },
        builder.map("step", { rows: batch, columns: hidden, window: window("first", t) }, (m) => {
          const seed: View = { buffer: buffers.seed, offset: at(0), rowStride: 0, columnStride: 0 };
          const drawn = m.random({ seed, salt: random.integer(2 ** 32), counter: plus(at(0), t, batch * hidden) });
          const x: View = {
            buffer: buffers.x,
            offset: plus(at(random.integer(inputs)), t, batch * inputs),
            rowStride: inputs,
            columnStride: 0,
          };
          const exact = [
            drawn,
            m.load(x),
            m.load({ buffer: buffers.b, offset: at(0), rowStride: 0, columnStride: 1 }),
            m.apply("multiply", m.columnIndex(), m.constant(0.125)),
            m.loopIndex(t),
          ];
          const sum = m.apply("tanh", m.load(step(buffers.pre)));
          const next = makeExpression(m, random, { exact, rounded: [sum, m.load(step(buffers.h))] });
          m.store({ ...step(buffers.h, batch * stride), padded }, next);
          m.store({ ...step(buffers.kept), padded }, m.apply("multiply", next, sum));
        }),
        ...(making.windowed ? [stopRest(making, t, window("rest", t)!)] : []),
      ];
    }),
  ];
}

/** From 0 to all members for each step. */
function countActive({ steps, batch, buffers, builder }: Making): MapStatement {
  const word: View = { buffer: buffers.seed, offset: at(0), rowStride: 0, columnStride: 0 };
  return builder.map("active", { rows: steps, columns: 1 }, (m) => {
    const drawn = m.random({ seed: word, salt: 17, counter: at(0) });
    const count = m.apply("floor", m.apply("multiply", drawn, m.constant(batch + 0.99)));
    m.store({ buffer: buffers.active, offset: at(0), rowStride: 1, columnStride: 0 }, count);
  });
}

/** What the other members have after a step. */
function stopRest({ batch, hidden, stride, buffers, builder }: Making, t: LoopId, window: RowWindow): MapStatement {
  return builder.map("rest", { rows: batch, columns: hidden, window }, (m) => {
    const offset = plus(at(0), t, batch * stride);
    const before = m.load({ buffer: buffers.h, offset, rowStride: stride, columnStride: 1 });
    m.store(
      { buffer: buffers.h, offset: plus(at(batch * stride), t, batch * stride), rowStride: stride, columnStride: 1 },
      before,
    );
    m.store({ buffer: buffers.kept, offset, rowStride: stride, columnStride: 1 }, m.constant(0.5));
  });
}

function makeBackward(making: Making): readonly Statement[] {
  const { steps, batch, inputs, hidden, stride, buffers, builder, random } = making;
  const rows = steps * batch;
  const outer = (name: string, b: View, columns: number, to: BufferId): Statement => ({
    kind: "outer",
    name,
    rows: hidden,
    columns,
    depth: rows,
    ...(making.windowed ? { window: { count: { buffer: buffers.active, offset: at(0) }, part: "first" } } : {}),
    a: { buffer: buffers.dpre, offset: at(0), rowStride: stride },
    b,
    c: [{ buffer: to, offset: at(0), rowStride: columns, rows: hidden, at: 0 }],
    accumulate: random.integer(2) === 0,
    scratch: buffers.outerScratch,
  });
  return [
    builder.loop("t", { count: steps, reverse: true }, (t) => [
      builder.map("step back", { rows: batch, columns: hidden }, (m) => {
        const step = (buffer: BufferId, constant = 0): View => ({
          buffer,
          offset: plus(at(constant), t, batch * stride),
          rowStride: stride,
          columnStride: 1,
        });
        const result = makeExpression(m, random, {
          exact: [m.rowIndex()],
          rounded: [m.load(step(buffers.kept)), m.load(step(buffers.h, batch * stride))],
        });
        m.store(step(buffers.dpre), result);
      }),
    ]),
    outer("dW", { buffer: buffers.x, offset: at(0), rowStride: inputs, columnStride: 1 }, inputs, buffers.dW),
    outer("dU", { buffer: buffers.h, offset: at(0), rowStride: stride, columnStride: 1 }, hidden, buffers.dU),
    builder.map("rows", { rows, columns: hidden }, (m) => {
      const value = m.load({ buffer: buffers.dpre, offset: at(0), rowStride: stride, columnStride: 1 });
      const largest = m.reduce("max", value);
      const total = m.reduce("sum", m.apply("exp", m.apply("subtract", value, largest)));
      m.store(
        { buffer: buffers.y, offset: at(0), rowStride: hidden, columnStride: 1 },
        makeExpression(m, random, { exact: [m.constant(0.5)], rounded: [value, largest, m.apply("log", total)] }),
      );
      m.store({ buffer: buffers.db, offset: at(0), rowStride: 0, columnStride: 1 }, value, "add");
      m.store({ buffer: buffers.loss, offset: at(0), rowStride: 0, columnStride: 0 }, largest, "add");
    }),
  ];
}

/** One row over the whole arena: every parameter, and the fill between them. */
function makeUpdate({ buffers, builder, inputs, hidden, random }: Making): MapStatement {
  const columns = [hidden * inputs, hidden * hidden, hidden].reduce((sum, n) => sum + Math.ceil(n / 4) * 4, 0);
  const all = (buffer: BufferId): View => ({ buffer, offset: at(0), rowStride: 0, columnStride: 1 });
  return builder.map("update", { rows: 1, columns }, (m) => {
    const gradient = m.load(all(buffers.dW));
    const next = m.apply("add", m.apply("multiply", m.load(all(buffers.m)), m.constant(0.9)), gradient);
    m.store(all(buffers.m), next);
    m.store(
      all(buffers.W),
      m.apply("subtract", m.load(all(buffers.W)), m.apply("multiply", next, m.constant(random.uniform(0, 0.1)))),
    );
  });
}

interface Pool {
  /** The same on every backend, bit for bit, so that conditions may depend on them. */
  readonly exact: readonly ValueId[];
  readonly rounded: readonly ValueId[];
}

/** A random expression with result in [-1, 1] whose parts all stay below about 100 and nowhere steep. */
function makeExpression(m: MapBuilder, random: Random, pool: Pool): ValueId {
  const exact = [...pool.exact];
  const values = [...pool.exact, ...pool.rounded];
  const pick = (from: readonly ValueId[]): ValueId => from[random.integer(from.length)]!;
  /** |v| + 1, where a divisor, a base or a logarithm is safe. */
  const positive = (value: ValueId): ValueId => m.apply("add", m.apply("abs", value), m.constant(1));
  /** Between -3 and 3. */
  const bounded = (value: ValueId): ValueId => m.apply("max", m.apply("min", value, m.constant(3)), m.constant(-3));
  const one = (operation: LaneOperation) => () => m.apply(operation, bounded(pick(values)));
  const two = (operation: LaneOperation) => () => m.apply(operation, bounded(pick(values)), bounded(pick(values)));
  const makers: readonly (() => ValueId)[] = [
    ...(["tanh", "sigmoid", "softplus", "sin", "cos", "negate", "abs"] as const).map(one),
    ...(["add", "subtract", "multiply", "min", "max"] as const).map(two),
    () => m.apply("exp", m.apply("min", bounded(pick(values)), m.constant(1))),
    () => m.apply("log", positive(bounded(pick(values)))),
    () => m.apply("sqrt", positive(bounded(pick(values)))),
    () => m.apply("divide", bounded(pick(values)), positive(pick(values))),
    () => m.apply("power", positive(bounded(pick(values))), m.constant(random.uniform(-1, 1.5))),
    () => m.apply("select", m.apply("less", pick(exact), pick(exact)), pick(values), pick(values)),
    () =>
      m.apply(
        "select",
        m.apply("equal", m.apply("floor", pick(exact)), m.apply("sign", pick(exact))),
        pick(values),
        pick(values),
      ),
  ];
  for (let n = 3 + random.integer(8); n > 0; n--) values.push(makers[random.integer(makers.length)]!());
  return m.apply("tanh", m.apply("multiply", m.constant(0.7), m.apply("add", values.at(-1)!, pick(pool.rounded))));
}
