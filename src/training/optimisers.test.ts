import { describe, expect, it } from "vitest";
import { tolerances } from "../../test/tolerances.ts";
import { chooseBackend } from "../engine/backends.ts";
import { createProgramBuilder } from "../lower/index.ts";
import { createRandom } from "../util/random.ts";
import { declareUpdate, lowerNorm, lowerUpdate } from "./lower-update.ts";
import type { ClipSpec } from "./lower-update.ts";
import { planOptimiser } from "./optimisers.ts";
import type { OptimiserSpec } from "./optimisers.ts";

/** Sizes that leave gaps in the arena, one more than a whole row of the norm's sums. */
const sizes = [5, 1100, 3];

interface UpdateRun {
  /** All weights after each update. */
  readonly weights: readonly Float64Array[];
  readonly norms: readonly number[];
  readonly gradients: readonly Float64Array[];
  readonly first: Float64Array;
}

/** Updates of random weights with random gradients; the second parameter is a matrix. */
function runUpdates(spec: OptimiserSpec, { steps = 6, clip = undefined as ClipSpec | undefined } = {}): UpdateRun {
  const plan = planOptimiser(spec);
  const builder = createProgramBuilder();
  const shapes = sizes.map((size, n) => (n === 1 ? [size / 10, 10] : [size]));
  const buffers = (prefix: string, role: "parameter" | "gradient") =>
    sizes.map((length, n) => builder.buffer({ name: `${prefix}${n}`, length, role, shape: shapes[n]! }));
  const values = buffers("w", "parameter");
  const gradients = buffers("g", "gradient");
  const norm = builder.buffer({ name: "norm", length: 1, role: "port" });
  const update = declareUpdate(builder, plan);
  const program = builder.finish([
    { name: "norm", body: lowerNorm(builder, norm) },
    { name: "update", body: lowerUpdate({ builder, plan, buffers: update, clip, norm }) },
  ]);
  const executable = chooseBackend("reference").backend.load(program);
  const random = createRandom(3);
  const join = (ids: readonly number[]): Float64Array =>
    Float64Array.from(ids.flatMap((id) => [...executable.array(id)]));
  const draw = (ids: readonly number[]): void =>
    ids.forEach((id) => executable.array(id).forEach((_, n, array) => (array[n] = random.normal())));
  draw(values);
  for (const [name, buffer] of update.moments) executable.array(buffer).fill(plan.moments[name]!);
  // Only the matrix decays: it follows five numbers, filled up to eight.
  if (update.decay !== undefined) executable.array(update.decay).fill(plan.matrixDecay!, 8, 8 + 1100);
  const run = {
    weights: [] as Float64Array[],
    norms: [] as number[],
    gradients: [] as Float64Array[],
    first: join(values),
  };
  for (let step = 1; step <= steps; step++) {
    draw(gradients);
    run.gradients.push(join(gradients));
    plan.writeNumbers(step, plan.rate, executable.array(update.numbers));
    executable.call("norm");
    executable.call("update");
    run.norms.push(executable.array(norm)[0]!);
    run.weights.push(join(values));
  }
  return run;
}

/** One number's updates, straight from PyTorch's documentation: from its gradient, the step number and its weight to its next weight. */
type Rule = (g: number, t: number, w: number) => number;

const published: readonly { readonly spec: OptimiserSpec; readonly rule: () => Rule }[] = [
  { spec: { kind: "sgd", rate: 0.1 }, rule: () => (g, _, w) => w - 0.1 * g },
  {
    spec: { kind: "sgd", rate: 0.1, momentum: 0.9, dampening: 0.3, weightDecay: 0.02 },
    rule: () => {
      let b = 0;
      return (gradient, t, w) => {
        const g = gradient + 0.02 * w;
        b = t === 1 ? g : 0.9 * b + 0.7 * g;
        return w - 0.1 * b;
      };
    },
  },
  {
    spec: { kind: "sgd", rate: 0.1, momentum: 0.9, nesterov: true },
    rule: () => {
      let b = 0;
      return (g, t, w) => {
        b = t === 1 ? g : 0.9 * b + g;
        return w - 0.1 * (g + 0.9 * b);
      };
    },
  },
  {
    spec: { kind: "adam", rate: 0.01, betas: [0.8, 0.95], weightDecay: 0.05 },
    rule: () => {
      let [m, v] = [0, 0];
      return (gradient, t, w) => {
        const g = gradient + 0.05 * w;
        m = 0.8 * m + 0.2 * g;
        v = 0.95 * v + 0.05 * g * g;
        return w - (0.01 * (m / (1 - 0.8 ** t))) / (Math.sqrt(v / (1 - 0.95 ** t)) + 1e-8);
      };
    },
  },
  {
    spec: { kind: "adamw", rate: 0.01, amsgrad: true },
    rule: () => {
      let [m, v, most] = [0, 0, 0];
      return (g, t, w) => {
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        most = Math.max(most, v);
        return (
          w - 0.01 * 0.01 * w - (0.01 * (m / (1 - 0.9 ** t))) / (Math.sqrt(most) / Math.sqrt(1 - 0.999 ** t) + 1e-8)
        );
      };
    },
  },
  {
    spec: { kind: "adamax", weightDecay: 0.1 },
    rule: () => {
      let [m, u] = [0, 0];
      return (gradient, t, w) => {
        const g = gradient + 0.1 * w;
        m = 0.9 * m + 0.1 * g;
        u = Math.max(0.999 * u, Math.abs(g) + 1e-8);
        return w - (0.002 * m) / ((1 - 0.9 ** t) * u);
      };
    },
  },
  {
    spec: { kind: "radam", rate: 0.01, betas: [0.9, 0.99] },
    rule: () => {
      let [m, v] = [0, 0];
      const longest = 2 / (1 - 0.99) - 1;
      return (g, t, w) => {
        m = 0.9 * m + 0.1 * g;
        v = 0.99 * v + 0.01 * g * g;
        const mean = m / (1 - 0.9 ** t);
        const length = longest - (2 * t * 0.99 ** t) / (1 - 0.99 ** t);
        if (length <= 5) return w - 0.01 * mean;
        const rectified = Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
        return w - 0.01 * mean * rectified * (Math.sqrt(1 - 0.99 ** t) / (Math.sqrt(v) + 1e-8));
      };
    },
  },
  {
    spec: { kind: "rmsprop", centred: true, momentum: 0.8, alpha: 0.9, weightDecay: 0.03 },
    rule: () => {
      let [v, a, b] = [0, 0, 0];
      return (gradient, _, w) => {
        const g = gradient + 0.03 * w;
        v = 0.9 * v + 0.1 * g * g;
        a = 0.9 * a + 0.1 * g;
        b = 0.8 * b + g / (Math.sqrt(v - a * a) + 1e-8);
        return w - 0.01 * b;
      };
    },
  },
  {
    spec: { kind: "adagrad", rateDecay: 0.1, initial: 0.5, weightDecay: 0.01 },
    rule: () => {
      let sum = 0.5;
      return (gradient, t, w) => {
        const g = gradient + 0.01 * w;
        sum += g * g;
        return w - ((0.01 / (1 + (t - 1) * 0.1)) * g) / (Math.sqrt(sum) + 1e-10);
      };
    },
  },
];

/** The largest error of any weight after any update, relative to 1 + |weight|. */
function errorOf(
  run: UpdateRun,
  rules: (n: number) => Rule,
  change: (g: number, step: number) => number = (g) => g,
): number {
  let largest = 0;
  run.first.forEach((first, n) => {
    const rule = rules(n);
    let w = first;
    run.weights.forEach((weights, step) => {
      w = rule(change(run.gradients[step]![n]!, step), step + 1, w);
      largest = Math.max(largest, Math.abs(weights[n]! - w) / (1 + Math.abs(w)));
    });
  });
  return largest;
}

describe("an optimiser is PyTorch's formula for every number", () => {
  it.each(published.map((one) => [JSON.stringify(one.spec), one] as const))("%s", (_, { spec, rule }) => {
    // More than five steps: RAdam changes its mind at the sixth.
    expect(errorOf(runUpdates(spec, { steps: 9 }), rule)).toBeLessThanOrEqual(tolerances.optimiser);
  });

  it("decays only matrices where that is asked for", () => {
    const run = runUpdates({ kind: "sgd", rate: 0.1, weightDecay: 0.5, decayed: "matrices" });
    expect(errorOf(run, (n) => (g, _, w) => w - 0.1 * (g + (n >= 5 && n < 1105 ? 0.5 : 0) * w))).toBeLessThanOrEqual(
      tolerances.optimiser,
    );
  });
});

describe("clipping", () => {
  it("by norm scales all gradients together, and says the norm before", () => {
    const run = runUpdates({ kind: "sgd", rate: 0.1 }, { clip: { kind: "norm", most: 2 } });
    const norms = run.gradients.map((gradient) => Math.hypot(...gradient));
    norms.forEach((norm, step) => expect(run.norms[step]).toBeCloseTo(norm, 10));
    expect(
      errorOf(
        run,
        () => (g, _, w) => w - 0.1 * g,
        (g, step) => g * Math.min(1, 2 / (norms[step]! + 1e-6)),
      ),
    ).toBeLessThanOrEqual(tolerances.optimiser);
  });

  it("by norm leaves smaller gradients alone", () => {
    const run = runUpdates({ kind: "sgd", rate: 0.1 }, { clip: { kind: "norm", most: 1e6 } });
    expect(errorOf(run, () => (g, _, w) => w - 0.1 * g)).toBeLessThanOrEqual(tolerances.optimiser);
  });

  it("by value limits each number", () => {
    const run = runUpdates({ kind: "sgd", rate: 0.1 }, { clip: { kind: "value", most: 0.5 } });
    expect(
      errorOf(
        run,
        () => (g, _, w) => w - 0.1 * g,
        (g) => Math.max(-0.5, Math.min(0.5, g)),
      ),
    ).toBeLessThanOrEqual(tolerances.optimiser);
  });
});

describe("settings out of range", () => {
  it.each([
    [{ kind: "adam", rate: 0 }, /learning rate is 0/],
    [{ kind: "adam", betas: [0.9, 1] }, /betas are \[0.9, 1\]/],
    [{ kind: "sgd", nesterov: true }, /needs a momentum/],
    [{ kind: "rmsprop", alpha: 2 }, /alpha of RMSprop is 2/],
    [{ kind: "adagrad", weightDecay: -1 }, /weight decay is -1/],
    [{ kind: "lion" }, /no optimiser "lion"; choose sgd, adam/],
  ] as const)("%j is refused", (spec, message) => {
    expect(() => planOptimiser(spec as unknown as OptimiserSpec)).toThrow(
      expect.objectContaining({
        code: "training/bad-optimiser",
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });
});
