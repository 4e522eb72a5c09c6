/** Jacobians of every registered cell against central differences of the reference and against its gradient. */
import { describe, expect, test } from "vitest";
import { apart, createCase, parametersOf, runAsTraced } from "../../../test/support/inspect-cases.ts";
import type { InspectCase } from "../../../test/support/inspect-cases.ts";
import { randomCell } from "../../../test/support/random-cells.ts";
import { tolerances } from "../../../test/tolerances.ts";
import { cells } from "../../cells/index.ts";
import { cell } from "../../language/index.ts";
import type { Cell } from "../../language/index.ts";
import { initialiseNetwork, network } from "../../network/index.ts";
import { stepJacobians, walkJacobians } from "./jacobian.ts";
import type { StepJacobians } from "./jacobian.ts";
import { findValue, recurrentCells, traceNetwork } from "./trace.ts";
import type { CellTrace, Trace } from "./trace.ts";

/** Beside the registered ones: numbers as states, one state for all elements of another, choices, reductions, attention with a weight that moves. */
const ownCells: readonly Cell[] = [
  cell("numbers", "s in R\ns' = 0.5 * s + mean(h) - 0.2 * largest(h)\nh' = tanh(W x + U h + s * k)"),
  cell(
    "spread",
    "q in R^H\nq' = 0.3 * dot(h, q) + mean(x)\nh' = where(less(0, W x), softsign(U h), q * h) + softplus(V q)",
  ),
  cell("copies", "p in R^I\np' = x\nm in R^H\nm' = h\nh' = softmax(W x + V p + U h) * m"),
  cell("weighted", "a = attend(W_a h, U_a memory, memory, v_a * h)\nh' = tanh(W x + C a)"),
  cell("scored", "h' = tanh(W x + C attend(K h, memory) + 0.3 * h)"),
];

const recurrent = [...Object.values(cells), ...ownCells].filter(({ states }) => states.length > 0);

/** The states of the reference after one step at a place, all one after another, from given states before it. */
function stepReference(one: InspectCase, trace: Trace, traced: CellTrace) {
  const { reference } = runAsTraced(one, trace, traced);
  const memory = Object.fromEntries(
    traced.cell.memories.map(({ name }) => [name, trace.encoder.at(-1)!.output.values]),
  );
  return (place: number, states: Readonly<Record<string, Float64Array>>): number[] => {
    const after = reference.forward({
      steps: 1,
      batch: 1,
      inputs: { x: one.inputs.subarray(3 * place, 3 * place + 3) },
      parameters: parametersOf(one, traced),
      memory,
      states,
    });
    return traced.cell.states.flatMap(({ name }) => [...after.states[name]!]);
  };
}

/** The states before a step. */
function before(traced: CellTrace, place: number): Record<string, Float64Array> {
  return Object.fromEntries(
    traced.cell.states.map(({ name }) => {
      const { size, values, steps } = findValue(traced, `${name}'`);
      const from = place + (traced.reverse ? 1 : -1);
      const isFirst = from < 0 || from === steps;
      return [name, isFirst ? traced.initialStates[name]!.slice() : values.slice(from * size, (from + 1) * size)];
    }),
  );
}

function differences(
  one: InspectCase,
  trace: Trace,
  traced: CellTrace,
  { states, size, steps }: StepJacobians,
): Float64Array[] {
  const stepAt = stepReference(one, trace, traced);
  return steps.map((place) => {
    const matrix = new Float64Array(size * size);
    const start = before(traced, place);
    for (const { name, offset, size: columns } of states) {
      for (let j = 0; j < columns; j++) {
        const at = (delta: number): number[] => {
          const moved = start[name]!.slice();
          moved[j]! += delta;
          return stepAt(place, { ...start, [name]: moved });
        };
        const h = 1e-4;
        const [up, down, up2, down2] = [at(h), at(-h), at(2 * h), at(-2 * h)];
        for (let i = 0; i < size; i++)
          matrix[i * size + offset + j] = (8 * (up[i]! - down[i]!) - (up2[i]! - down2[i]!)) / (12 * h);
      }
    }
    return matrix;
  });
}

/** Expects the transposed Jacobians to take a gradient of the final states to that which the reference gives of the first ones. */
function expectPull(cell: Cell, tolerance: number, seed: number): void {
  const one = createCase(cell, { steps: 3, seed });
  const trace = traceNetwork(one, one);
  const traced = trace.layers[0]!.cells[0]!;
  const { reference } = runAsTraced(one, trace, traced);
  const { states, size, matrices } = stepJacobians(trace, { layer: "0" });
  const gradient = Float64Array.from({ length: size }, (_unit, i) => Math.cos(i));
  const back = reference.backward({
    states: Object.fromEntries(states.map(({ name, offset, size: n }) => [name, gradient.slice(offset, offset + n)])),
  });
  // Jᵀ of the last step first.
  const pulled = [...matrices].reverse().reduce((d, matrix) => {
    const sum = new Float64Array(size);
    for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) sum[j]! += matrix[i * size + j]! * d[i]!;
    return sum;
  }, gradient);
  expect(
    apart(
      pulled,
      states.flatMap(({ name }) => [...back.states[name]!]),
    ),
  ).toBeLessThan(tolerance);
}

describe.each(recurrent.map((one) => [one.name, one] as const))("%s", (_, registered) => {
  test.each(["forward", "backward"] as const)("has the Jacobians of central differences, %ss", (direction) => {
    const one = createCase(registered, { steps: 4, direction, seed: 3 });
    const trace = traceNetwork(one, one);
    const traced = trace.layers[0]!.cells[0]!;
    const jacobians = stepJacobians(trace, { layer: "0" });
    const expected = differences(one, trace, traced, jacobians);
    expect(jacobians.steps).toEqual(direction === "forward" ? [0, 1, 2, 3] : [3, 2, 1, 0]);
    // From zero states, kinks such as that of ReLU lie where differences cannot be taken.
    jacobians.matrices
      .slice(1)
      .forEach((matrix, n) => expect(apart(matrix, expected[n + 1]!)).toBeLessThan(tolerances.jacobianDifference));
  });

  test("pulls gradients back as the reference does", () => expectPull(registered, tolerances.trace, 5));
});

describe("random cells", () => {
  test.each(Array.from({ length: 60 }, (_, seed) => seed))(
    "of seed %i pull gradients back as the reference does",
    (seed) => expectPull(randomCell(seed), tolerances.randomCell, seed + 1),
  );
});

describe("stepJacobians", () => {
  const spec = network({ features: 1 })
    .recurrent("lstm", { size: 3, zoneout: 0.25 })
    .recurrent("gru", { size: 2, direction: "both" })
    .build();
  const model = { spec, parameters: initialiseNetwork(spec, { seed: 1 }) };
  const trace = traceNetwork(model, { inputs: [0.1, 0.5, -1, 2] });

  test("has a forget gate's values on the diagonal of an LSTM's memory, less what zoneout keeps", () => {
    const { states, size, matrices } = stepJacobians(trace, { layer: "0" });
    const { offset } = states.find(({ name }) => name === "c")!;
    const { values } = findValue(trace.layers[0]!.cells[0]!, "f");
    matrices.forEach((matrix, step) => {
      for (let i = 0; i < 3; i++)
        expect(matrix[(offset + i) * size + offset + i]).toBeCloseTo(0.25 + 0.75 * values[3 * step + i]!, 14);
    });
  });

  test("takes the steps that are asked for, one at a time", () => {
    const all = stepJacobians(trace, { layer: "1.backward" });
    const some = walkJacobians(trace, { layer: "1.backward", steps: [0, 2] });
    expect(some.steps).toEqual([2, 0]);
    expect([...some.matrices]).toEqual([all.matrices[1], all.matrices[3]]);
  });

  test("says which layers and steps there are", () => {
    expect(recurrentCells(trace).map(({ path }) => path)).toEqual(["0", "1.forward", "1.backward"]);
    expect(() => stepJacobians(trace)).toThrow("several recurrent layers; name one of 0 (lstm), 1.forward (gru)");
    expect(() => stepJacobians(trace, { layer: "0", steps: [4] })).toThrow("no step 4: the layer has steps 0 to 3");
    const dense = network({ features: 1 }).dense(1).build();
    const plain = traceNetwork({ spec: dense, parameters: initialiseNetwork(dense, { seed: 1 }) }, { inputs: [1] });
    expect(() => stepJacobians(plain)).toThrow("no recurrent layer, so there is no state");
  });
});
