import { describe, expect, it } from "vitest";
import { tolerances } from "../../test/tolerances.ts";
import { chooseBackend } from "../engine/backends.ts";
import type { Executable, Numbers } from "../engine/backend.ts";
import { createModel, network } from "../network/index.ts";
import { createMachine } from "./machine.ts";
import type { Machine } from "./machine.ts";
import { settleOptions } from "./training-options.ts";
import type { Truncation } from "./stream-source.ts";

const spec = network({ features: 2 }).recurrent("lstm", { size: 3 }).recurrent("gru", { size: 2 }).dense(1).build();
const [length, batch] = [9, 2];
const inputs = Float64Array.from({ length: length * batch * 2 }, (_, n) => Math.sin(1 + n));
const targets = Float64Array.from({ length: length * batch }, (_, n) => Math.cos(n));

function machineFor(truncation: Truncation): Machine {
  const data = { kind: "stream", inputs, inputSize: 2, targets, targetSize: 1, batch } as const;
  const settings = settleOptions({
    network: spec,
    data,
    loss: { kind: "mean-squared" },
    truncation,
    epochs: 1,
    backend: "reference",
  });
  return createMachine(settings, chooseBackend("reference").backend);
}

function statesOf({ program, executable }: Machine): Map<string, Numbers> {
  return new Map([...program.carried].map(([name, buffer]) => [name, executable.array(buffer)]));
}

function parameterOf(
  { program, executable }: Machine,
  name: string,
): { readonly value: Numbers; readonly gradient: Numbers } {
  const { value, gradient } = program.parameters.get(name)!;
  const array = (buffer: number): ReturnType<Executable["array"]> => executable.array(buffer);
  return { value: array(value), gradient: array(gradient!) };
}

describe.each([{ update: 3 }, { update: 2, back: 5 }])("truncated backpropagation with %j", (truncation) => {
  it("carries the states as many steps as an update takes, the way a session steps", () => {
    const machine = machineFor(truncation);
    machine.resetStates();
    const session = createModel({ spec, parameters: machine.parameters("last"), backend: "reference" }).session({
      batch,
    });
    for (let piece = 0; piece < 2; piece++) {
      machine.step(piece, 0);
      for (let step = 0; step < truncation.update; step++) {
        const at = (piece * truncation.update + step) * batch * 2;
        session.step(inputs.subarray(at, at + batch * 2));
      }
      const { states } = session.snapshot();
      // The session's parameters went through float32.
      for (const [name, now] of statesOf(machine))
        now.forEach((value, n) => expect(value).toBeCloseTo(states[name]![n]!, 6));
    }
  });

  it("has the gradient of the steps that count, through all steps of the piece and no further", () => {
    const machine = machineFor(truncation);
    machine.resetStates();
    machine.step(0, 0);
    const start = new Map([...statesOf(machine)].map(([name, now]) => [name, now.slice()]));
    const run = (): number => {
      for (const [name, now] of statesOf(machine)) now.set(start.get(name)!);
      return machine.step(1, 0).loss;
    };
    const change = 1e-5;
    for (const name of ["0.W_i", "0.U_f", "1.U_n", "2.W"]) {
      run();
      const { value, gradient } = parameterOf(machine, name);
      gradient.slice().forEach((slope: number, n: number) => {
        const before = value[n]!;
        const losses = [change, -change].map((by) => {
          value[n] = before + by;
          return run();
        });
        value[n] = before;
        expect(Math.abs((losses[0]! - losses[1]!) / (2 * change) - slope), `d${name}[${n}]`).toBeLessThanOrEqual(
          tolerances.lossDifference,
        );
      });
    }
  });
});

describe("a stream through a layer that reads it backwards", () => {
  it("is refused", () => {
    const both = network({ features: 2 }).recurrent("gru", { size: 2, direction: "both" }).dense(1).build();
    const data = { kind: "stream", inputs, inputSize: 2, targets, targetSize: 1, batch } as const;
    const settings = settleOptions({
      network: both,
      data,
      loss: { kind: "mean-squared" },
      epochs: 1,
      backend: "reference",
    });
    expect(() => createMachine(settings, chooseBackend("reference").backend)).toThrow(
      expect.objectContaining({
        code: "training/not-causal",
        message: expect.stringMatching(/Layer 0 \(gru\) runs in both directions/) as string,
      }) as Error,
    );
  });
});
