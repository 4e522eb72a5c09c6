/** Costs against what papers and the library's own description of networks count. */
import { cellNames, cells, describeNetwork, network } from "recurra";
import { describe, expect, test } from "vitest";
import { measureCost } from "./cost.ts";

const [I, H] = [3, 5];
const sizes = { inputSize: I, hiddenSize: H };

test("an LSTM has four times the weights of a simple network, and as many multiplications as weights of matrices", () => {
  expect(measureCost(cells.rnn, sizes)).toMatchObject({
    parameters: H * (I + H + 1),
    state: H,
    inputProducts: H * I,
    recurrentProducts: H * H,
  });
  expect(measureCost(cells.lstm, sizes)).toMatchObject({
    parameters: 4 * H * (I + H + 1),
    frozen: 0,
    state: 2 * H,
    inputProducts: 4 * H * I,
    recurrentProducts: 4 * H * H,
  });
  // tanh and two sums for each unit.
  expect(measureCost(cells.rnn, sizes).elementwise).toBe(3 * H);
});

test("what is linear in its state waits for no step before; a frozen reservoir is not trained", () => {
  expect(measureCost(cells["min-gru"], sizes)).toMatchObject({ inputProducts: 2 * H * I, recurrentProducts: 0 });
  expect(measureCost(cells["echo-state"], sizes)).toMatchObject({ parameters: 0, frozen: H * (I + H + 1) });
  // The products of a QRNN read this input and the last one, which is a state: no product of the two waits for a result.
  expect(measureCost(cells.qrnn, sizes).recurrentProducts).toBe(3 * H * I);
});

test("a projection to half its size halves what it reads back", () => {
  const P = 3;
  expect(measureCost(cells["lstm-projection"], sizes)).toMatchObject({
    state: H + P,
    recurrentProducts: 4 * H * P + P * H,
  });
});

describe.each(cellNames)("%s", (name) => {
  const cost = measureCost(cells[name], sizes);

  test("has costs that are numbers", () => {
    expect(
      Object.values(cost).filter((value) => typeof value === "number" && !(Number.isInteger(value) && value >= 0)),
    ).toEqual([]);
  });

  test.skipIf(cost.hasMemory)(
    "has the parameters of a network with one layer of it (skipped where it reads a memory)",
    () => {
      const spec = network({ features: I }).recurrent(name, { size: H }).build();
      const numbers = describeNetwork(spec).parameters.reduce(
        (sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1),
        0,
      );
      expect(cost.parameters + cost.frozen).toBe(numbers);
    },
  );
});
