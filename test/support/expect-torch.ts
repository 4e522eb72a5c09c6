/** Holds results to PyTorch's: everything that a case records must be there and agree. */
import { expect } from "vitest";
import type { Numbers } from "../../src/engine/backend.ts";
import { tolerances } from "../tolerances.ts";
import type { TorchTensors } from "./torch-fixtures.ts";

/** What a case records beside results: inputs, parameters, and the projection that its loss is made with. */
const given = /^(?:input|x|idx|weight|bias|[hc]|[hc]_0|lengths|loss|packed\..+|param\..+|R[_.].+)$/;

/** Expects each result that `tensors` records, in its precision. */
export function expectTorchResults(
  results: Readonly<Record<string, Numbers>>,
  tensors: TorchTensors,
  precision: "float64" | "float32",
): void {
  const names = Object.keys(tensors).filter((name) => !given.test(name));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const { data } = tensors[name]!;
    const result = results[name];
    if (result === undefined) throw new Error(`${name} is recorded, but was not computed`);
    if (result.length !== data.length)
      throw new Error(`${name} has ${result.length} numbers, PyTorch has ${data.length}`);
    const tolerance =
      precision === "float64"
        ? tolerances.torchModule64
        : name.startsWith("grad.")
          ? tolerances.torchGradient32
          : tolerances.torchOutput32;
    data.forEach((should, n) => {
      const is = result[n]!;
      if (!(Math.abs(is - should) <= tolerance * (1 + Math.abs(should))))
        throw new Error(`${name}[${n}] is ${is}, PyTorch has ${should}`);
    });
  }
}
