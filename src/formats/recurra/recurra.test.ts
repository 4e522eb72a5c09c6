import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cell } from "../../language/index.ts";
import { createModel, initialiseNetwork, network } from "../../network/index.ts";
import type { Model, NetworkSpec } from "../../network/index.ts";
import { RecurraError } from "../../util/errors.ts";
import { writeModelFile } from "./save.ts";
import { load, readSafetensors, save, verifyModel } from "./index.ts";
import type { SaveOptions } from "./index.ts";

const odd = cell("odd", "h' = tanh(W x + k * (U h) + b)\nz = sigmoid(V h')\ny = z * h'", {
  constants: { k: 0.5 },
  frozen: ["U"],
  initialisers: { "b*": { kind: "constant", value: 0.25 } },
  initialStates: { h: 0.5 },
});

const specs: Readonly<Record<string, NetworkSpec>> = {
  forecaster: network({ features: 3 }).recurrent("lstm", { size: 5 }).dropout(0.1).last().dense(2).build(),
  tokens: network({ tokens: 7 })
    .embedding(4, { deviation: 0.1 })
    .recurrent("gru", { size: 3, direction: "both" })
    .mean()
    .dense(2)
    .build(),
  own: network({ features: 2 })
    .recurrent(odd, { size: 4, initialState: "learned", zoneout: 0.1 })
    .dense(1, { activation: "tanh" })
    .build(),
};

function modelOf(spec: NetworkSpec): Model {
  return createModel({ spec, parameters: initialiseNetwork(spec, { seed: 3 }), backend: "reference" });
}

/** The file's document, changed, in a file with the right checksum. */
function withDocument(bytes: Uint8Array, change: (text: string) => string): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes);
  return writeModelFile(change(metadata.get("recurra") ?? ""), [...tensors]);
}

function edit(bytes: Uint8Array, change: (document: Record<string, unknown>) => void): Uint8Array {
  return withDocument(bytes, (text) => {
    const document = JSON.parse(text) as Record<string, unknown>;
    change(document);
    return JSON.stringify(document);
  });
}

function errorOf(bytes: Uint8Array, verify = false): RecurraError {
  try {
    load(bytes, { source: "m.safetensors", backend: "reference", verify });
  } catch (error) {
    if (error instanceof RecurraError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

test.each(Object.keys(specs))("%s: a saved model computes the same, bit for bit", (name) => {
  const spec = specs[name]!;
  const model = modelOf(spec);
  const bytes = save(model);
  const loaded = load(bytes, { backend: "reference", verify: true });
  expect(loaded.spec).toEqual(spec);
  expect(loaded.parameters).toEqual(model.parameters);
  const inputs = Float32Array.from(
    { length: 4 * 3 * (spec.input.kind === "tokens" ? 1 : spec.input.size) },
    (_, i) => (i * 5) % 7,
  );
  expect(loaded.predict({ steps: 4, batch: 3, inputs })).toEqual(model.predict({ steps: 4, batch: 3, inputs }));
  expect(save(loaded)).toEqual(bytes);
});

test("what belongs to a model travels with it", () => {
  const model = modelOf(specs["forecaster"]!);
  const preprocessing = { kind: "forecast", columns: ["Sales"], scale: 0.1 + 0.2 };
  const training = { epochs: 3, losses: [0.5, 0.25] };
  const checkpoint = {
    data: { epoch: 2 },
    arrays: { "moment/m/0.W_i": Float32Array.of(1, 2), "parameter/x": Float64Array.of(1 / 3) },
  };
  const loaded = load(save(model, { preprocessing, training, checkpoint }), { backend: "reference" });
  expect(loaded.details).toMatchObject({ preprocessing, training, checkpoint });
  // Saved again it keeps what it is; a checkpoint is of one moment.
  const again = load(save(loaded), { backend: "reference" });
  expect(again.details).toMatchObject({ preprocessing, training });
  expect(again.details.checkpoint).toBeUndefined();
});

test("what JSON would change is refused when saving", () => {
  const model = modelOf(specs["own"]!);
  const of =
    (preprocessing: unknown): (() => Uint8Array) =>
    () =>
      save(model, { preprocessing } as SaveOptions);
  expect(of({ scale: NaN })).toThrow(/preprocessing\.scale .* NaN, which JSON cannot hold/);
  expect(of([new Date(0)])).toThrow(/preprocessing\[0\]/);
  expect(of(JSON.parse('{"__proto__": 1}'))).toThrow(/__proto__/);
});

describe("a file is refused", () => {
  const bytes = save(modelOf(specs["forecaster"]!));
  type Layers = { layers: Record<string, unknown>[] };
  const layer = (index: number, change: (layer: Record<string, unknown>) => void) =>
    edit(bytes, (document) => change((document["network"] as Layers).layers[index]!));

  test.each([
    [
      "of a later version",
      edit(bytes, (d) => Object.assign(d, { version: 2, madeBy: "9.9.9" })),
      "file/newer-version",
      /Recurra 9\.9\.9 in version 2.*Update Recurra/,
    ],
    [
      "that is not a model's",
      edit(bytes, (d) => Object.assign(d, { format: "other" })),
      "file/bad-model",
      /format is "other"/,
    ],
    ["whose document is no JSON", withDocument(bytes, (text) => text.slice(1)), "file/bad-model", /JSON/],
    ["without a network", edit(bytes, (d) => delete d["network"]), "file/bad-model", /lacks "network"/],
    [
      "with a size as text",
      layer(0, (l) => (l["size"] = "5")),
      "file/bad-model",
      /network\.layers\[0\]\.size is "5", not a finite number/,
    ],
    [
      "with a huge layer",
      layer(0, (l) => (l["size"] = 2 ** 40)),
      "file/bad-model",
      /size is 1099511627776, not a number from 1 to/,
    ],
    ["with a property unknown here", layer(0, (l) => (l["hook"] = "rm")), "file/bad-model", /has "hook"/],
    ["with an unknown layer", layer(1, (l) => (l["kind"] = "eval")), "file/bad-model", /kind is "eval", not one of/],
    [
      "with equations that do not parse",
      layer(0, (l) => (l["cell"] = { name: "x", text: "h' = (", options: {} })),
      "file/bad-model",
      /cannot be made/,
    ],
    [
      "with equations without end",
      layer(0, (l) => (l["cell"] = { name: "x", text: `h' = ${"a".repeat(70_000)}`, options: {} })),
      "file/bad-model",
      /70005 characters/,
    ],
    [
      "with options of the wrong form",
      layer(0, (l) => (l["cell"] = { name: "x", text: "h' = x", options: { frozen: 1 } })),
      "file/bad-model",
      /frozen/,
    ],
    ["whose layers do not fit", layer(3, (l) => (l["residual"] = true)), "file/bad-model", /residual/],
    [
      "whose tensors do not fit",
      layer(0, (l) => (l["size"] = 6)),
      "file/bad-model",
      /parameter 0\.\w+ has the shape \[5, 3\]; its network needs \[6, 3\]/,
    ],
    [
      "with a self-test of other sizes",
      edit(bytes, (d) => Object.assign(d, { selfTest: { steps: 50, batch: 2, tolerance: 1 } })),
      "file/bad-model",
      /self-test needs 300 numbers/,
    ],
    [
      "that holds no model",
      writeModelFile("x", []).fill(0x58, 8 + 20, 8 + 22),
      "file/no-model",
      /not saved by Recurra/,
    ],
  ])("%s", (_, file, code, message) => {
    const error = errorOf(file);
    expect(error.message).toMatch(message);
    expect(error.message).toContain("m.safetensors");
    expect(error.code).toBe(code);
  });

  test("if a bit of its numbers has changed", () => {
    const changed = bytes.slice();
    changed[changed.length - 5]! ^= 1;
    expect(errorOf(changed)).toMatchObject({ code: "file/damaged" });
  });

  test("if it holds numbers that are not finite", () => {
    const { tensors, metadata } = readSafetensors(bytes);
    const [name, { shape, data }] = [...tensors][0]!;
    const broken = { shape, data: data.slice().fill(NaN, 2, 3) };
    const error = errorOf(writeModelFile(metadata.get("recurra")!, [...new Map(tensors).set(name, broken)]));
    expect(error.code).toBe("file/bad-tensor");
    expect(error.message).toContain(`number 2 of tensor "${name}" is NaN`);
  });

  test("if its self-test fails, when asked to verify it", () => {
    const { tensors, metadata } = readSafetensors(bytes);
    const outputs = tensors.get("self-test/outputs")!;
    const other = new Map(tensors).set("self-test/outputs", {
      ...outputs,
      data: outputs.data.map((value) => value + 0.1),
    });
    const file = writeModelFile(metadata.get("recurra")!, [...other]);
    expect(errorOf(file, true)).toMatchObject({ code: "file/self-test" });
    expect(() => load(file, { backend: "reference" })).not.toThrow();
    expect(() =>
      verifyModel(load(save(modelOf(specs["own"]!), { selfTest: false }), { backend: "reference" })),
    ).toThrow(/without a self-test/);
  });

  test("with what a later version adds at the top ignored", () => {
    const later = edit(bytes, (d) => Object.assign(d, { colour: "red" }));
    expect(load(later, { backend: "reference" }).spec).toEqual(specs["forecaster"]);
  });
});

test("no damage leads to any other error", () => {
  const bytes = save(modelOf(specs["own"]!), { preprocessing: { columns: ["a"] } });
  const text = readSafetensors(bytes).metadata.get("recurra")!;
  const flipped = fc.tuple(fc.nat(bytes.length - 1), fc.nat(7)).map(([at, bit]) => {
    const copy = bytes.slice();
    copy[at]! ^= 1 << bit;
    return copy;
  });
  const cut = fc.nat(bytes.length - 1).map((length) => bytes.subarray(0, length));
  // Damage that the checksum does not see: a document written so.
  const forged = fc
    .array(
      fc.tuple(
        fc.nat(text.length - 1),
        fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom("", "1e999", "-1", "null", "[", '"', "9")),
      ),
      { minLength: 1, maxLength: 3 },
    )
    .map((changes) =>
      withDocument(bytes, (before) =>
        changes.reduce((now, [at, put]) => now.slice(0, at) + put + now.slice(at + 1), before),
      ),
    );
  const outcomes = { loaded: 0, refused: 0 };
  fc.assert(
    fc.property(fc.oneof(flipped, cut, forged), (damaged) => {
      let error: unknown;
      try {
        load(damaged, { backend: "reference", verify: true });
      } catch (thrown) {
        error = thrown;
      }
      outcomes[error === undefined ? "loaded" : "refused"]++;
      const expected = error === undefined || (error instanceof RecurraError && error.code.startsWith("file/"));
      expect(expected ? "" : String(error)).toBe("");
    }),
    { numRuns: 1500 },
  );
  expect(outcomes.refused).toBeGreaterThan(outcomes.loaded);
});
