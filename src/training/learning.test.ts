/** Small tasks that cannot be done without memory, learned in seconds. */
import { describe, expect, it } from "vitest";
import { reberGrammar, reberWords } from "../../test/support/reber-grammar.ts";
import { createModel, network } from "../network/index.ts";
import type { NetworkSpec, ParameterValues } from "../network/index.ts";
import { makeAdding } from "../tasks/memory/adding.ts";
import { makeCopy } from "../tasks/memory/copy.ts";
import { train } from "./trainer.ts";
import type { TrainingOptions } from "./training-options.ts";

async function learn(
  options: TrainingOptions,
): Promise<{ readonly parameters: ParameterValues; readonly loss: number }> {
  for await (const event of train({ backend: "wasm", clip: { kind: "norm", most: 1 }, ...options })) {
    if (event.kind === "finished") return { parameters: event.parameters, loss: event.best.loss };
  }
  throw new Error("the run did not finish");
}

/** The number of the largest output of each row. */
function choices(outputs: ArrayLike<number>, classes: number): number[] {
  const rows = Array.from({ length: outputs.length / classes }, (_, row) =>
    Array.from(outputs).slice(row * classes, (row + 1) * classes),
  );
  return rows.map((row) => row.indexOf(Math.max(...row)));
}

describe("tasks that need memory", () => {
  it("adding problem (Hochreiter and Schmidhuber 1997): the sum of two marked numbers among 20", async () => {
    const { loss } = await learn({
      network: network({ features: 2 }).recurrent("lstm", { size: 32 }).last().dense(1).build(),
      data: makeAdding({ count: 2000, steps: 20, seed: 1 }),
      validation: makeAdding({ count: 200, steps: 20, seed: 2 }),
      loss: { kind: "mean-squared" },
      optimiser: { kind: "adam", rate: 0.01 },
      schedule: { kind: "cosine" },
      epochs: 15,
    });
    // Always saying 1, the mean, has a squared error of 1/6.
    expect(loss).toBeLessThan(0.003);
  });

  it("copying: three symbols after a silence", async () => {
    const spec: NetworkSpec = network({ tokens: 6 }).embedding(6).recurrent("gru", { size: 32 }).dense(4).build();
    const { parameters } = await learn({
      network: spec,
      data: makeCopy({ count: 1500, steps: 11, shown: 3, symbols: 4, seed: 1 }),
      loss: { kind: "cross-entropy" },
      optimiser: { kind: "adam", rate: 0.01 },
      epochs: 15,
    });
    const test = makeCopy({ count: 100, steps: 11, shown: 3, symbols: 4, seed: 2 });
    const model = createModel({ spec, parameters, backend: "wasm" });
    let right = 0;
    for (let n = 0; n < 100; n++) {
      const rows = [test.starts[n]!, test.starts[n]! + test.lengths[n]!] as const;
      const said = choices(
        model.predict({ steps: test.lengths[n]!, batch: 1, inputs: test.inputs.subarray(...rows) }),
        4,
      );
      const wanted = [...test.targets.subarray(...rows)];
      if (wanted.slice(-3).every((symbol, at) => symbol === said.slice(-3)[at])) right++;
    }
    expect(right).toBeGreaterThanOrEqual(98);
  });

  it("embedded Reber grammar (Fahlman 1991): which letters may follow, and the one that must at last", async () => {
    const spec: NetworkSpec = network({ tokens: 7 }).embedding(7).recurrent("lstm", { size: 16 }).dense(7).build();
    const { parameters } = await learn({
      network: spec,
      data: reberGrammar({ count: 800, seed: 1 }),
      loss: { kind: "cross-entropy" },
      optimiser: { kind: "adam", rate: 0.02 },
      epochs: 15,
    });
    const model = createModel({ spec, parameters, backend: "wasm" });
    let legal = 0;
    let remembered = 0;
    const words = reberWords({ count: 100, seed: 2 });
    for (const { letters, allowed } of words) {
      const said = choices(model.predict({ steps: letters.length - 1, batch: 1, inputs: letters.slice(0, -1) }), 7);
      if (said.every((letter, step) => allowed[step]!.has(letter))) legal++;
      if (said.at(-2) === letters.at(-2)) remembered++;
    }
    expect(remembered).toBeGreaterThanOrEqual(98);
    expect(legal).toBeGreaterThanOrEqual(98);
  });
});
