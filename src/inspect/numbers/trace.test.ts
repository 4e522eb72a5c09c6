/** Traces against the float64 reference: every registered cell, whole networks, roles. */
import { describe, expect, test } from "vitest";
import { apart, createCase, parametersOf, runAsTraced } from "../../../test/support/inspect-cases.ts";
import { inspectedNetworks, numbers } from "../../../test/support/inspect-networks.ts";
import { randomCell } from "../../../test/support/random-cells.ts";
import { tolerances } from "../../../test/tolerances.ts";
import { cells } from "../../cells/index.ts";
import { evaluateNodes } from "../../codegen/reference/evaluate.ts";
import type { Value } from "../../codegen/reference/evaluate.ts";
import { cell, rowsOf } from "../../language/index.ts";
import { createModel, describeNetwork, initialiseNetwork, network, sizesOf } from "../../network/index.ts";
import type { CellLayer } from "../../network/index.ts";
import { findCell, findValue, traceNetwork } from "./trace.ts";

describe.each(Object.values(cells).map((one) => [one.name, one] as const))("%s", (_, registered) => {
  test.each(["forward", "backward"] as const)("is traced %ss as the reference runs it", (direction) => {
    const one = createCase(registered, { steps: 6, direction });
    const trace = traceNetwork(one, one);
    const traced = trace.layers[0]!.cells[0]!;
    const { result } = runAsTraced(one, trace, traced);
    expect(apart(trace.output.values, result.outputs)).toBeLessThan(tolerances.trace);
    const last = traced.reverse ? 0 : 5;
    for (const [name, values] of Object.entries(result.states)) {
      const { size, values: all } = findValue(traced, `${name}'`);
      expect(apart(all.subarray(last * size, (last + 1) * size), values)).toBeLessThan(tolerances.trace);
    }
    for (const { name, values } of traced.attention)
      expect(apart(values, result.attention[name]!)).toBeLessThan(tolerances.trace);
  });

  test("has every equation's value", () => {
    const one = createCase(registered, { steps: 4 });
    const trace = traceNetwork(one, one);
    const traced = trace.layers[0]!.cells[0]!;
    const { graph } = traced.cell;
    expect(traced.values.map(({ name }) => name)).toEqual([...graph.names.keys()].filter((name) => name !== "t"));
    const sizes = {
      ...sizesOf(one.spec.layers[0] as CellLayer, describeNetwork(one.spec).layers[0]!),
      ...Object.fromEntries(traced.cell.memories.map(({ name }) => [rowsOf(name), 5])),
    };
    const parameters = parametersOf(one, traced);
    const memory = trace.encoder.at(-1)?.output.values;
    for (let step = 0; step < 4; step++) {
      const values: (Value | undefined)[] = [];
      evaluateNodes(
        {
          nodes: graph.nodes,
          order: [...graph.nodes.keys()],
          sizes,
          step,
          leaf: (node) => {
            if (node.kind === "parameter") return parameters[node.name]!;
            if (node.kind === "memory") return memory!;
            if (node.kind === "length") return Float64Array.of(5);
            if (node.kind === "input") return one.inputs.subarray(3 * step, 3 * step + 3);
            if (node.kind !== "state") throw new Error(node.kind);
            const { size, values: next } = findValue(traced, `${node.name}'`);
            return step === 0 ? traced.initialStates[node.name]! : next.slice((step - 1) * size, step * size);
          },
        },
        values,
      );
      for (const { name, size, values: own } of traced.values)
        expect(apart(own.subarray(step * size, (step + 1) * size), values[graph.names.get(name)!]!)).toBeLessThan(
          tolerances.trace,
        );
    }
  });

  test("stays within the ranges of its equations", () => {
    const one = createCase(registered, { steps: 30, seed: 7 });
    for (const { name, range, values } of traceNetwork(one, one).layers[0]!.cells[0]!.values) {
      const [low, high] = range;
      expect([name, values.every((value) => value >= low && value <= high)]).toEqual([name, true]);
    }
  });
});

describe("random cells", () => {
  test.each(Array.from({ length: 60 }, (_, seed) => seed))(
    "of seed %i are traced as the reference runs them",
    (seed) => {
      const one = createCase(randomCell(seed), {
        steps: 4,
        seed: seed + 1,
        direction: seed % 2 === 0 ? "forward" : "backward",
      });
      const trace = traceNetwork(one, one);
      const traced = trace.layers[0]!.cells[0]!;
      const { result } = runAsTraced(one, trace, traced);
      expect(apart(trace.output.values, result.outputs)).toBeLessThan(tolerances.randomCell);
      for (const { name, range, values } of traced.values) {
        const [low, high] = range;
        expect([name, values.every((value) => !(value < low || value > high))]).toEqual([name, true]);
      }
    },
  );
});

describe("roles", () => {
  const rolesOf = (text: string): Readonly<Record<string, string>> => {
    const one = createCase(cell("one", text), { steps: 1 });
    return Object.fromEntries(traceNetwork(one, one).layers[0]!.cells[0]!.values.map(({ name, role }) => [name, role]));
  };
  const ofCell = (name: keyof typeof cells): Readonly<Record<string, string>> => rolesOf(cells[name].text);

  test("of built-in cells are those of their papers", () => {
    expect(ofCell("lstm")).toEqual({
      i: "gate",
      f: "gate",
      g: "candidate",
      o: "gate",
      "c'": "state",
      "h'": "state",
    });
    expect(ofCell("ugrnn")).toEqual({ n: "candidate", g: "gate", "h'": "state" });
    expect(ofCell("gru")).toMatchObject({ r: "gate", z: "gate", n: "candidate" });
    expect(ofCell("sru")).toEqual({ n: "candidate", f: "gate", r: "gate", "c'": "state", y: "output" });
    expect(ofCell("min-gru")).toMatchObject({ z: "gate", n: "candidate" });
    expect(ofCell("recurrent-highway")).toMatchObject({ n_1: "candidate", g_1: "gate", s_1: "other", g_2: "gate" });
    // exp(log_i - max(…, log_i)) cannot exceed 1.
    expect(ofCell("slstm")).toMatchObject({ i: "gate", f: "gate", o: "gate", z: "candidate", log_i: "other" });
    // The same in all steps, so no gates.
    expect(ofCell("lru")).toMatchObject({ r: "other", a: "other", g: "other" });
  });

  test("follow from the equations, whatever the names", () => {
    expect(
      rolesOf("candidate = sigmoid(W x + U h)\ngate = relu(V x)\nh' = candidate * h + (1 - candidate) * gate"),
    ).toEqual({
      candidate: "gate",
      gate: "candidate",
      "h'": "state",
    });
    expect(rolesOf("a = exp(W x)\nb = exp(V x)\ns = a / (a + b)\nh' = s * h + (1 - s) * tanh(K x)")).toMatchObject({
      a: "other",
      s: "gate",
    });
  });
});

describe.each(Object.entries(inspectedNetworks))("a network of %s", (_, { spec, parameters, inputs, source }) => {
  test("gives what the model predicts", () => {
    const trace = traceNetwork({ spec, parameters }, { inputs, ...(source === undefined ? {} : { source }) });
    const read = { steps: trace.input.steps, batch: 1, inputs };
    const model = createModel({ spec, parameters, backend: "reference" });
    const said = model.predict(
      source === undefined ? read : { ...read, source: { steps: trace.source!.steps, inputs: source } },
    );
    expect(apart(trace.output.values, said)).toBeLessThan(tolerances.trace);
    trace.layers.slice(1).forEach((layer, n) => expect(layer.input).toBe(trace.layers[n]!.output));
  });
});

describe("traceNetwork", () => {
  const spec = network({ features: 2 }).recurrent("lstm", { size: 3 }).dense(1).build();
  const parameters = initialiseNetwork(spec, { seed: 1 });
  const inputs = numbers(12);
  const model = { spec, parameters };

  test("goes on from a session's snapshot", () => {
    const session = createModel({ spec, parameters, backend: "reference" }).session();
    session.step(inputs.subarray(0, 2));
    session.step(inputs.subarray(2, 4));
    const { states } = session.snapshot();
    const onward = traceNetwork(model, { inputs: inputs.subarray(4), states, firstStep: 2 });
    const whole = traceNetwork(model, { inputs });
    expect(apart(onward.output.values, whole.output.values.subarray(2))).toBeLessThan(tolerances.trace);
  });

  test("is plain data that can be sent", () => {
    const trace = traceNetwork(createModel({ spec, parameters }), { inputs });
    expect(structuredClone(trace).output.values).toEqual(trace.output.values);
  });

  test.each([
    [{ inputs: [1, 2, 3] }, "inputs has 3 numbers, but one sequence needs 2"],
    [{ inputs: [] }, "at least one step"],
    [{ inputs: [1, 2], source: [1] }, "no encoder"],
    [{ inputs: [1, 2], states: { "0.q": [1] } }, "no state 0.q; it has 0.c, 0.h"],
    [{ inputs: [1, 2], states: { "0.h": [1] } }, "State 0.h has 1 numbers, but the network's has 3"],
  ])("refuses %j", (options, message) => {
    expect(() => traceNetwork(model, options)).toThrow(message);
  });

  test("refuses parameters that are not there", () => {
    expect(() => traceNetwork({ spec, parameters: {} }, { inputs: [1, 2] })).toThrow("Parameter 0.W_i has no numbers");
  });

  test("finds layers and values by name, and says which there are", () => {
    const trace = traceNetwork(model, { inputs });
    expect(findCell(trace).path).toBe("0");
    expect(() => findCell(trace, "1")).toThrow("no recurrent layer 1; name one of 0 (lstm)");
    expect(() => findValue(findCell(trace), "z")).toThrow("has no value z; it has i, f, g, o, c', h'");
  });
});
