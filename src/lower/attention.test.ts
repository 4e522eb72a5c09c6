/** Attention without a way back: stepping with keys that are made once, and sequences that are cut into segments. */
import { describe, expect, test } from "vitest";
import { tolerances } from "../../test/tolerances.ts";
import { cells } from "../cells/index.ts";
import { createReference } from "../codegen/reference/reference.ts";
import { createInterpreterBackend } from "../engine/interpreter-backend.ts";
import { resolveSizes } from "../language/index.ts";
import type { Cell } from "../language/index.ts";
import { known } from "../util/errors.ts";
import { createRandom } from "../util/random.ts";
import { copyStep, createProgramBuilder, denseLocation, lowerCell } from "./index.ts";
import type { Location } from "./index.ts";

const [batch, rows] = [2, 5];

interface Sequence {
  readonly steps: number;
  readonly sizes: Readonly<Record<string, number>>;
  readonly numbers: Readonly<Record<string, Float64Array>>;
}

/** Random inputs, parameters, memories and first states by name. */
function drawSequence(cell: Cell, steps: number): Sequence {
  const sizes = resolveSizes(cell, { I: 3, H: 4 });
  const random = createRandom(7);
  const numbers: Record<string, Float64Array> = {};
  const draw = (list: Cell["states"], times: number): void => {
    for (const { name, shape } of list) {
      const length = shape.reduce<number>((product, one) => product * known(sizes[one], "a size"), times);
      numbers[name] = Float64Array.from({ length }, () => random.normal(0, 0.5));
    }
  };
  draw(cell.inputs, steps * batch);
  draw(cell.parameters, 1);
  draw(cell.memories, rows * batch);
  draw(cell.states, batch);
  return { steps, sizes, numbers };
}

const pick = (list: Cell["states"], numbers: Sequence["numbers"]): Record<string, Float64Array> =>
  Object.fromEntries(list.map(({ name }) => [name, known(numbers[name], name)]));

const lengths = [3, 5];

function runReference(cell: Cell, { steps, sizes, numbers }: Sequence) {
  return createReference(cell, sizes).forward({
    steps,
    batch,
    inputs: pick(cell.inputs, numbers),
    parameters: pick(cell.parameters, numbers),
    states: pick(cell.states, numbers),
    memory: pick(cell.memories, numbers),
    memoryLengths: Object.fromEntries(cell.memories.map(({ name }) => [name, lengths])),
  });
}

/** Calls kernels of so many steps again and again, with the states handed on and the memories' keys made once; a segment's steps where given. */
function runKernels(cell: Cell, { steps: all, sizes, numbers }: Sequence, steps: number, segment?: number) {
  const builder = createProgramBuilder();
  const place = (name: string, shape: readonly (string | number)[], times: number): Location => {
    const columns = shape.reduce<number>((product, one) => product * known(sizes[one], "a size"), 1);
    const buffer = builder.buffer({ name, length: times * batch * columns, role: "port" });
    return denseLocation(buffer, { batch, columns });
  };
  const placeAll = (list: Cell["states"], times: number): Map<string, Location> =>
    new Map(list.map(({ name, shape }) => [name, place(name, shape, times)]));
  const [inputs, states] = [placeAll(cell.inputs, steps), placeAll(cell.states, 1)];
  const counts = builder.buffer({ name: "rows", length: batch, role: "port" });
  const memories = placeAll(cell.memories, rows);
  const parameters = cell.parameters.map(({ name }) => {
    const { length } = known(numbers[name], name);
    return [name, { value: builder.buffer({ name, length, role: "parameter" }) }] as const;
  });
  const lowered = lowerCell({
    builder,
    name: "cell",
    cell,
    sizes,
    steps,
    batch,
    inputs: Object.fromEntries(inputs),
    memories: Object.fromEntries(
      [...memories].map(([name, location]) => [name, { location, steps: rows, lengths: counts }]),
    ),
    initialStates: Object.fromEntries(states),
    parameters: Object.fromEntries(parameters),
    packedRole: "persistent",
    ...(segment === undefined ? {} : { segment }),
  });
  const attention = known(lowered.attention.get("memory"), "attention");
  const [output, kept] = [
    place("output", cell.output.shape, steps),
    denseLocation(builder.buffer({ name: "kept", length: steps * batch * rows, role: "port" }), {
      batch,
      columns: rows,
    }),
  ];
  const step = (location: Location, t: number): Location => ({
    ...location,
    offset: location.offset + t * location.stepStride,
  });
  const executable = createInterpreterBackend().load(
    builder.finish([
      { name: "begin", body: [...lowered.packs, ...lowered.begin] },
      {
        name: "step",
        body: [
          ...lowered.forward,
          ...Array.from({ length: steps }, (_, t) => [
            ...copyStep({ builder, batch }, "output", step(lowered.output, t), step(output, t)),
            ...copyStep({ builder, batch }, "kept", step(attention, t), step(kept, t)),
          ]).flat(),
          ...[...states].flatMap(([name, to]) =>
            copyStep({ builder, batch }, name, known(lowered.finalStates[name], name), to),
          ),
        ],
      },
    ]),
  );
  executable.array(counts).set(lengths);
  for (const [name, { value }] of parameters) executable.array(value).set(known(numbers[name], name));
  for (const [name, { buffer }] of [...memories, ...states]) executable.array(buffer).set(known(numbers[name], name));
  executable.call("begin");
  const results = { outputs: [] as number[], attention: [] as number[] };
  for (let t = 0; t < all; t += steps) {
    for (const [name, { buffer }] of inputs) {
      const array = executable.array(buffer);
      array.set(known(numbers[name], name).subarray((t / steps) * array.length, (t / steps + 1) * array.length));
    }
    executable.call("step");
    results.outputs.push(...executable.array(output.buffer));
    results.attention.push(...executable.array(kept.buffer));
  }
  return results;
}

const attending = Object.values(cells).filter(({ memories }) => memories.length > 0);

describe.each(attending.map((cell) => [cell.name, cell] as const))("%s without a way back", (_, cell) => {
  test.each([
    ["in single steps", 6, 1, undefined],
    ["in two calls", 6, 3, undefined],
    ["in segments", 6, 6, 2],
    ["in uneven segments", 5, 5, 2],
  ])("%s computes what the reference does", (__, all, steps, segment) => {
    const sequence = drawSequence(cell, all);
    const wanted = runReference(cell, sequence);
    const actual = runKernels(cell, sequence, steps, segment);
    const differences = (values: readonly number[], should: Float64Array): number[] =>
      values.filter((value, i) => !(Math.abs(value - should[i]!) <= tolerances.float64Kernels));
    expect(actual.outputs.length).toBe(wanted.outputs.length);
    expect(differences(actual.outputs, wanted.outputs)).toEqual([]);
    expect(differences(actual.attention, known(wanted.attention["memory"], "memory"))).toEqual([]);
  });
});
