import { expect, test, vi } from "vitest";
import { initialiseNetwork, network } from "../network/index.ts";
import { withTrainedModel } from "./run-task.ts";

test("a model that is only watched is given back, whatever is made of it", () => {
  const spec = network({ features: 1 }).recurrent("gru", { size: 2 }).dense(1).build();
  const parameters = initialiseNetwork(spec, { seed: 1 });
  const disposed: boolean[] = [];
  const watch = (isWrong: boolean): number =>
    withTrainedModel({ network: spec, backend: "wasm" }, parameters, (model) => {
      const { dispose } = model;
      vi.spyOn(model, "dispose").mockImplementation(() => {
        disposed.push(isWrong);
        dispose();
      });
      if (isWrong) throw new Error("wrong");
      return model.predict({ steps: 1, batch: 1, inputs: [1] }).length;
    });
  expect(watch(false)).toBe(1);
  expect(() => watch(true)).toThrow("wrong");
  expect(disposed).toEqual([false, true]);
});
