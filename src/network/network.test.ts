/** Networks: gradients against central differences, streams against whole runs, members alone against batches. */
import { describe, expect, test } from "vitest";
import { cell } from "../language/index.ts";
import { tolerances } from "../../test/tolerances.ts";
import type { Backend, Numbers } from "../engine/backend.ts";
import { chooseBackend } from "../engine/backends.ts";
import { createInterpreterBackend } from "../engine/interpreter-backend.ts";
import { createProgramBuilder, overRows } from "../lower/index.ts";
import { known } from "../util/errors.ts";
import { createRandom } from "../util/random.ts";
import {
  allocateSignal,
  createModel,
  declareParameters,
  describeNetwork,
  initialiseNetwork,
  lowerNetwork,
  network,
} from "./index.ts";
import type { TokenNetwork, VectorNetwork } from "./builder.ts";
import type { NetworkSpec } from "./index.ts";

interface Sizes {
  readonly steps: number;
  readonly batch: number;
  /** The longest first. */
  readonly lengths?: readonly number[];
  readonly seed?: number;
}

/** A network with its gradient in one program, in float64: f = Σ output ⊙ projection. */
function loadGradient(backend: Backend, spec: NetworkSpec, { steps, batch, lengths, seed }: Sizes) {
  const builder = createProgramBuilder();
  const shape = describeNetwork(spec);
  const parameters = declareParameters(builder, shape, { gradients: true });
  const isTokens = spec.input.kind === "tokens";
  const input = {
    ...allocateSignal(builder, "input", { steps, batch, columns: isTokens ? 1 : spec.input.size, role: "port" }),
    columnStride: isTokens ? 0 : 1,
  } as const;
  const lengthBuffer =
    lengths === undefined ? undefined : builder.buffer({ name: "lengths", length: batch, role: "port" });
  const seedBuffer = seed === undefined ? undefined : builder.buffer({ name: "seed", length: 1, role: "port" });
  const lowered = lowerNetwork({
    builder,
    spec,
    steps,
    batch,
    input,
    parameters,
    gradient: true,
    ...(lengthBuffer === undefined ? {} : { lengths: lengthBuffer }),
    ...(seedBuffer === undefined ? {} : { training: { seed: seedBuffer } }),
  });
  const outputSteps = lowered.steps;
  const columns = lowered.output.columns;
  const output = allocateSignal(builder, "y", { steps: outputSteps, batch, columns, role: "port" });
  const projection = allocateSignal(builder, "projection", { steps: outputSteps, batch, columns, role: "port" });
  const copy = (from: typeof output, to: typeof output) =>
    overRows(
      { builder, batch },
      { name: "copy", range: { first: 0, count: outputSteps }, locations: [from, to] },
      ([source, target], rows) => [
        builder.map("copy", { rows, columns }, (map) => map.store(target!, map.load(source!))),
      ],
    );
  const back = lowered.backward();
  const program = builder.finish([
    { name: "forward", body: [...lowered.packs, ...lowered.forward, ...copy(lowered.output, output)] },
    { name: "backward", body: [...copy(projection, lowered.outputGradient()), ...back.packs, ...back.statements] },
  ]);
  const executable = backend.load(program);
  if (lengthBuffer !== undefined) executable.array(lengthBuffer).set(lengths!);
  if (seedBuffer !== undefined) executable.array(seedBuffer)[0] = seed!;
  return {
    executable,
    parameters,
    shape,
    input: executable.array(input.buffer),
    output: executable.array(output.buffer),
    projection: executable.array(projection.buffer),
  };
}

/** Inputs, projection and parameters that float32 holds exactly. */
function fillRandomly(
  spec: NetworkSpec,
  { executable, parameters, input, projection }: ReturnType<typeof loadGradient>,
): void {
  const random = createRandom(3);
  for (let i = 0; i < input.length; i++)
    input[i] = spec.input.kind === "tokens" ? random.integer(spec.input.size) : Math.fround(random.normal());
  for (let i = 0; i < projection.length; i++) projection[i] = Math.fround(random.normal());
  const first = initialiseNetwork(spec, { seed: 5 });
  for (const [name, { value }] of parameters)
    executable.array(value).set(first[name]!.map((v) => v + random.normal(0, 0.2)));
}

function expectGradient(spec: NetworkSpec, sizes: Sizes): void {
  const loaded = loadGradient(createInterpreterBackend(), spec, sizes);
  const { executable, parameters, shape, output, projection } = loaded;
  fillRandomly(spec, loaded);
  const f = (): number => {
    executable.call("forward");
    let sum = 0;
    for (let i = 0; i < output.length; i++) sum += output[i]! * projection[i]!;
    return sum;
  };
  f();
  executable.call("backward");
  const gradients = new Map(
    [...parameters].flatMap(([name, { gradient }]) =>
      gradient === undefined ? [] : [[name, executable.array(gradient).slice()] as const],
    ),
  );
  expect([...gradients.keys()]).toEqual(shape.parameters.filter((one) => !one.frozen).map((one) => one.name));
  for (const [name, gradient] of gradients) {
    const values = executable.array(known(parameters.get(name), name).value);
    for (let i = 0; i < values.length; i++) {
      const before = values[i]!;
      const at = (delta: number): number => {
        values[i] = before + delta;
        return f();
      };
      const h = 3e-4;
      const slope = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      values[i] = before;
      const error = Math.abs(slope - gradient[i]!) / Math.max(1, Math.abs(slope));
      if (!(error < 1e-7)) throw new Error(`${name}[${i}]: ${gradient[i]}, by differences ${slope}`);
    }
  }
}

const twice = cell("twice", "h' = tanh(W x + U h + b)\ny = V h' + c");
const squashed = cell("squashed", "h' = tanh(W x + U h + b)\ny = tanh(V h' + c)");
const counted = cell("counted", "s in R\ns' = 0.5 * s + mean(h)\nh' = tanh(W x + U h + s * k)");
const networks: Readonly<Record<string, { readonly spec: NetworkSpec; readonly sizes: Sizes }>> = {
  "lstm, last, dense": {
    spec: network({ features: 2 }).recurrent("lstm", { size: 3 }).last().dense(2).build(),
    sizes: { steps: 4, batch: 3 },
  },
  "stacked, an output for each step": {
    spec: network({ features: 3 })
      .recurrent("gru", { size: 4 })
      .recurrent("rnn", { size: 2 })
      .dense(2, { activation: "tanh" })
      .build(),
    sizes: { steps: 3, batch: 2 },
  },
  "convolutions along sequences of several lengths": {
    spec: network({ features: 3 })
      .convolution(5, { kernel: 3, activation: "tanh" })
      .pool(2, "mean")
      .convolution(2, { kernel: 2, stride: 2 })
      .recurrent("rnn", { size: 2 })
      .build(),
    sizes: { steps: 7, batch: 3, lengths: [7, 4, 1] },
  },
  "a dilated convolution without padding, the largest of steps that overlap": {
    spec: network({ features: 2 })
      .dense(3, { activation: "tanh" })
      .convolution(4, { kernel: 3, dilation: 2, padding: "valid" })
      .pool(3, "max", { stride: 2 })
      .dense(2)
      .build(),
    sizes: { steps: 9, batch: 2, lengths: [9, 5] },
  },
  "a picture to a sequence of regions": {
    spec: network({ image: { height: 5, width: 7, channels: 3 } })
      .convolution(4, { kernel: 3, activation: "tanh" })
      .pool(2, "max")
      .convolution(6, { kernel: [2, 3], stride: [1, 2], activation: "tanh" })
      .recurrent("gru", { size: 2 })
      .build(),
    sizes: { steps: 35, batch: 2 },
  },
  "a picture through strides and means, few members": {
    spec: network({ image: { height: 6, width: 9, channels: 2 } })
      .convolution(3, { kernel: 3, stride: 2, padding: "valid", activation: "tanh" })
      .convolution(5, { kernel: 1 })
      .pool([2, 3], "mean", { stride: [1, 2] })
      .max()
      .build(),
    sizes: { steps: 54, batch: 1 },
  },
  "embedding, both directions, lengths, mean": {
    spec: network({ tokens: 5 }).embedding(3).recurrent("lstm", { size: 3, direction: "both" }).mean().dense(2).build(),
    sizes: { steps: 4, batch: 3, lengths: [4, 2, 1] },
  },
  "max, layer norm": {
    spec: network({ features: 3 }).recurrent("lstm", { size: 4 }).normalise().max().dense(1).build(),
    sizes: { steps: 5, batch: 2, lengths: [5, 3] },
  },
  "last of each length": {
    spec: network({ features: 2 })
      .recurrent("gru-v1", { size: 3 })
      .recurrent("lstm", { size: 3, direction: "backward" })
      .last()
      .dense(2)
      .build(),
    sizes: { steps: 4, batch: 3, lengths: [4, 2, 1] },
  },
  "final outputs of both directions": {
    spec: network({ features: 2 })
      .recurrent("lstm", { size: 3, direction: "both" })
      .dropout(0.3)
      .final()
      .dense(2)
      .build(),
    sizes: { steps: 4, batch: 3, seed: 3 },
  },
  "final outputs of both directions, lengths, residual": {
    spec: network({ features: 2 })
      .recurrent("rnn", { size: 3, direction: "both" })
      .recurrent("gru", { size: 3, direction: "both", residual: true })
      .final()
      .dense(2)
      .build(),
    sizes: { steps: 4, batch: 3, lengths: [4, 2, 1] },
  },
  "the final output of a layer that reads backward": {
    spec: network({ features: 2 }).recurrent("lstm", { size: 3, direction: "backward" }).final().dense(1).build(),
    sizes: { steps: 4, batch: 3, lengths: [4, 2, 1] },
  },
  "the final output of a layer that reads forward": {
    spec: network({ features: 2 }).recurrent("gru", { size: 3 }).final().dense(1).build(),
    sizes: { steps: 4, batch: 3, lengths: [4, 2, 1] },
  },
  residual: {
    spec: network({ features: 3 })
      .recurrent("lstm", { size: 3 })
      .recurrent("gru", { size: 3, residual: true })
      .last()
      .build(),
    sizes: { steps: 3, batch: 2 },
  },
  "residual, both directions": {
    spec: network({ features: 4 })
      .dense(4)
      .recurrent("rnn", { size: 2, direction: "both", residual: true })
      .last()
      .build(),
    sizes: { steps: 3, batch: 2 },
  },
  "residual, both directions of a cell whose output is kept": {
    spec: network({ features: 4 }).recurrent(squashed, { size: 2, direction: "both", residual: true }).last().build(),
    sizes: { steps: 3, batch: 2 },
  },
  "learned first states": {
    spec: network({ features: 2 }).recurrent("lstm", { size: 3, initialState: "learned" }).last().build(),
    sizes: { steps: 3, batch: 2, lengths: [3, 2] },
  },
  checkpoints: {
    spec: network({ features: 2 })
      .recurrent("lstm", { size: 3, checkpoint: 2 })
      .recurrent("gru", { size: 2, checkpoint: 3 })
      .last()
      .build(),
    sizes: { steps: 7, batch: 2 },
  },
  "dropout of all kinds": {
    spec: network({ features: 4 })
      .dense(4)
      .dropout(0.3)
      .recurrent("lstm", { size: 3, recurrentDropout: 0.4, zoneout: 0.2 })
      .dropout(0.5, { perSequence: true })
      .last()
      .dense(2)
      .build(),
    sizes: { steps: 4, batch: 3, seed: 17 },
  },
  "zoneout of a number": {
    spec: network({ features: 2 }).recurrent(counted, { size: 3, zoneout: 0.3 }).last().dense(1).build(),
    sizes: { steps: 4, batch: 3, seed: 5 },
  },
  "a head tied to the embedding": {
    spec: network({ tokens: 6 })
      .embedding(3)
      .recurrent("lstm", { size: 3 })
      .dense(6, { ties: { W: "0.E" } })
      .build(),
    sizes: { steps: 3, batch: 2 },
  },
  "a cell with an output equation": {
    spec: {
      input: { kind: "features", size: 2 },
      layers: [
        { kind: "cell", cell: { name: "twice", text: twice.text, options: {} }, size: 3 },
        { kind: "pool", over: "last" },
      ],
    },
    sizes: { steps: 3, batch: 2 },
  },
  "odd widths side by side": {
    spec: network({ features: 1 })
      .recurrent("lstm", { size: 5, direction: "both" })
      .recurrent("gru", { size: 3, direction: "both" })
      .last()
      .dense(3)
      .build(),
    sizes: { steps: 2, batch: 1 },
  },
};

describe("the gradient of every parameter is that of central differences", () => {
  test.each(Object.entries(networks))("%s", (_, { spec, sizes }) => expectGradient(spec, sizes));
});

/** Those whose lowering the contract suite of the backends does not reach: also native. */
const alsoNative = Object.entries(networks).filter(([name]) => /convolution|picture|tied|final/.test(name));

describe.each([
  ["wasm", Object.entries(networks)],
  ["native", alsoNative],
] as const)("%s gives the numbers of float64", (backendName, cases) => {
  test.each(cases)("%s", (_, { spec, sizes }) => {
    const [wanted, got] = [createInterpreterBackend(), chooseBackend(backendName).backend].map((backend) => {
      const loaded = loadGradient(backend, spec, sizes);
      fillRandomly(spec, loaded);
      loaded.executable.call("forward");
      loaded.executable.call("backward");
      return loaded;
    });
    const expectClose = (name: string, a: Numbers, b: Numbers): void => {
      const scale = Math.max(1, ...b.map(Math.abs));
      const worst = Math.max(...a.map((value, i) => Math.abs(value - b[i]!))) / scale;
      expect(worst, name).toBeLessThan(tolerances.float32Cell);
    };
    expectClose("output", got!.output, wanted!.output);
    for (const [name, { gradient }] of got!.parameters) {
      if (gradient !== undefined)
        expectClose(
          `d${name}`,
          got!.executable.array(gradient),
          wanted!.executable.array(wanted!.parameters.get(name)!.gradient!),
        );
    }
  });
});

describe("sequence laws", () => {
  const random = createRandom(9);
  const draw = (length: number): Float64Array => Float64Array.from({ length }, () => random.normal());

  test.each(["rnn", "lstm", "gru", "slstm", "lstm-projection", "qrnn"] as const)(
    "stepping a %s equals running the whole sequence",
    (name) => {
      const spec = network({ features: 2 }).recurrent(name, { size: 3 }).recurrent(name, { size: 2 }).dense(2).build();
      const model = createModel({ spec, parameters: initialiseNetwork(spec, { seed: 1 }), backend: "reference" });
      const inputs = draw(6 * 2 * 2);
      const whole = model.predict({ steps: 6, batch: 2, inputs });
      const session = model.session({ batch: 2 });
      for (let t = 0; t < 6; t++) {
        const y = session.step(inputs.subarray(t * 4, t * 4 + 4));
        y.forEach((value, i) => expect(value).toBeCloseTo(whole[t * 4 + i]!, 12));
      }
    },
  );

  test("a session can be put back, forked and reset", () => {
    const spec = network({ features: 1 }).recurrent("lstm", { size: 3 }).dense(1).build();
    const session = createModel({
      spec,
      parameters: initialiseNetwork(spec, { seed: 1 }),
      backend: "reference",
    }).session();
    const first = session.step([0.5]).slice();
    const snapshot = session.snapshot();
    const second = session.step([-1]).slice();
    const fork = session.fork();
    const third = session.step([2]).slice();
    expect(fork.step([2])).toEqual(third);
    session.restore(snapshot);
    expect(session.step([-1])).toEqual(second);
    session.reset();
    expect(session.step([0.5])).toEqual(first);
  });

  test("a batch of unequal lengths in any order equals its members alone", () => {
    const spec = network({ features: 2 }).recurrent("lstm", { size: 3, direction: "both" }).max().dense(2).build();
    const model = createModel({ spec, parameters: initialiseNetwork(spec, { seed: 1 }), backend: "reference" });
    const lengths = [2, 4, 1, 4, 3];
    const inputs = draw(4 * 5 * 2);
    const together = model.predict({ steps: 4, batch: 5, inputs, lengths });
    lengths.forEach((length, member) => {
      const own = Float64Array.from(
        { length: length * 2 },
        (_, i) => inputs[(Math.floor(i / 2) * 5 + member) * 2 + (i % 2)]!,
      );
      const alone = model.predict({ steps: length, batch: 1, inputs: own });
      alone.forEach((value, i) => expect(together[member * 2 + i]).toBeCloseTo(value, 12));
    });
  });

  test.each(["forward", "backward", "both"] as const)("the final outputs of a layer that reads %s", (direction) => {
    const layer = network({ features: 2 }).recurrent("gru", { size: 3, direction });
    const parameters = initialiseNetwork(layer.build(), { seed: 1 });
    const [all, final] = [layer, layer.final()].map((one) =>
      createModel({ spec: one.build(), parameters, backend: "reference" }),
    );
    const lengths = [2, 4, 1];
    const given = { steps: 4, batch: 3, inputs: draw(4 * 3 * 2), lengths };
    const outputs = all!.predict(given);
    const columns = outputs.length / 12;
    const forward = { forward: 3, backward: 0, both: 3 }[direction];
    const wanted = lengths.flatMap((length, member) =>
      Array.from({ length: columns }, (_, unit) => {
        const step = unit < forward ? length - 1 : 0;
        return outputs[(step * 3 + member) * columns + unit]!;
      }),
    );
    expect([...final!.predict(given)]).toEqual(wanted);
  });

  test("a stream gives the final output so far of layers that read forward, and none of others", () => {
    const layer = network({ features: 2 }).recurrent("gru", { size: 3 });
    const parameters = initialiseNetwork(layer.build(), { seed: 1 });
    const [last, final] = [layer.last(), layer.final()].map((one) =>
      createModel({ spec: one.build(), parameters, backend: "reference" }).session(),
    );
    for (const x of [draw(2), draw(2)]) expect(final!.step(x)).toEqual(last!.step(x));
    const both = network({ features: 2 }).recurrent("gru", { size: 3, direction: "both" }).final().build();
    const model = createModel({ spec: both, parameters: initialiseNetwork(both, { seed: 1 }), backend: "reference" });
    expect(() => model.session()).toThrowError(expect.objectContaining({ code: "network/no-stream" }));
  });

  test("the time step goes on counting in a stream", () => {
    const clock = cell("clock", "h' = h + t * (W x)");
    const spec = network({ features: 1 }).recurrent(clock, { size: 1 }).build();
    const model = createModel({ spec, parameters: { "0.W": Float32Array.of(1) }, backend: "reference" });
    const session = model.session();
    expect([1, 1, 1].map((x) => session.step([x])[0])).toEqual([
      ...model.predict({ steps: 3, batch: 1, inputs: [1, 1, 1] }),
    ]);
  });
});

test("an embedding's first values have the deviation it names", () => {
  const draw = (options: { readonly deviation?: number }): Float32Array =>
    initialiseNetwork(network({ tokens: 50 }).embedding(8, options).last().build(), { seed: 1 })["0.E"]!;
  const plain = draw({});
  draw({ deviation: 0.1 }).forEach((value, at) => expect(value).toBeCloseTo(plain[at]! / 10, 6));
});

describe("mistakes", () => {
  test.each([
    [() => network({ features: 0 }).last().build(), "network/bad-size"],
    [() => network({ features: 2 }).dropout(1).build(), "network/bad-size"],
    [() => network({ features: 2 }).recurrent("lstm", { size: 1e9 }).last().build(), "network/bad-size"],
    [
      () =>
        network({ features: 2 })
          .dense(2 ** 52)
          .last()
          .build(),
      "network/bad-size",
    ],
    [
      () =>
        network({ tokens: 2 ** 30 })
          .embedding(5)
          .last()
          .build(),
      "network/bad-size",
    ],
    [() => network({ tokens: 2 }).embedding(3, { deviation: 0 }).last().build(), "network/bad-size"],
    [
      () =>
        createModel({
          spec: { input: { kind: "tokens", size: 3 }, layers: [{ kind: "pool", over: "last" }] },
          parameters: {},
        }),
      "network/not-embedded",
    ],
    [() => network({ features: 2 }).recurrent("lstn" as "lstm", { size: 2 }), "network/unknown-cell"],
    [() => network({ features: 2 }).recurrent("lstm", { size: 3, residual: true as false }), "network/bad-layer"],
    [() => network({ features: 2 }).recurrent("lstm", { size: 3 }).dense(2).final(), "network/bad-layer"],
    [() => network({ features: 2 }).final(), "network/bad-layer"],
    [() => network({ features: 2 }).dense(3, { ties: { W: "0.E" } }), "network/bad-layer"],
    [() => createModel({ spec: network({ features: 2 }).dense(1).build(), parameters: {} }), "network/bad-parameters"],
  ])("%s", (make, code) => {
    expect(make).toThrowError(expect.objectContaining({ code }));
  });

  test("a wrong chain does not compile", () => {
    // A type "wrong" here, and the assignment fails to compile.
    const pooledHasNoRecurrent: "recurrent" extends keyof VectorNetwork<2> ? "wrong" : "right" = "right";
    const tokensHaveNoDense: "dense" extends keyof TokenNetwork ? "wrong" : "right" = "right";
    expect([pooledHasNoRecurrent, tokensHaveNoDense]).toEqual(["right", "right"]);
    // @ts-expect-error a residual path needs equal sizes
    expect(() => network({ features: 2 }).recurrent("lstm", { size: 3, residual: true })).toThrow();
  });
});
