/**
 * Writes a model of every kind that `writeKeras` writes, as `.keras` and `.h5`, with inputs and what they give, for `check-keras.py` to hold to Keras itself.
 * `node scripts/write-keras-models.mjs FOLDER` (after a build).
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { createModel, createRandom, initialiseNetwork, network } from "../dist/index.js";
import { writeKeras } from "../dist/formats/keras/index.js";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder to write to.");
await mkdir(folder, { recursive: true });

const vectors = () => network({ features: 3 });
/** Cells in one direction, and those that Keras puts in both. */
const cells = /** @type {const} */ (["lstm", "gru", "gru-v1", "rnn", "rnn-relu"]);
/** @type {Record<string, ReturnType<ReturnType<typeof vectors>["build"]>>} */
const specs = {
  ...Object.fromEntries(cells.map((cell) => [cell, vectors().recurrent(cell, { size: 4 }).build()])),
  ...Object.fromEntries(cells.map((cell) => [`${cell}-last`, vectors().recurrent(cell, { size: 4 }).last().build()])),
  ...Object.fromEntries(
    cells.map((cell) => [`${cell}-both`, vectors().recurrent(cell, { size: 4, direction: "both" }).build()]),
  ),
  ...Object.fromEntries(
    /** @type {const} */ (["linear", "tanh", "relu", "sigmoid"]).map((activation) => [
      `dense-${activation}`,
      vectors().dense(4, { activation }).build(),
    ]),
  ),
  ...Object.fromEntries(
    /** @type {const} */ (["same", "valid"]).map((padding) => [
      `convolution-${padding}`,
      vectors().convolution(4, { kernel: 3, padding, dilation: 2, activation: "relu" }).build(),
    ]),
  ),
  "convolution-even": vectors().convolution(4, { kernel: 4 }).build(),
  "convolution-stride": vectors().convolution(4, { kernel: 3, padding: "valid", stride: 2 }).build(),
  normalise: vectors().normalise().build(),
  mean: vectors().mean().build(),
  max: vectors().max().build(),
  dropout: vectors()
    .dropout(0.3)
    .dropout(0.2, { perSequence: true })
    .recurrent("lstm", { size: 4, recurrentDropout: 0.2 })
    .build(),
  tokens: network({ tokens: 11 }).embedding(3).recurrent("gru", { size: 4 }).last().dense(2).build(),
  stack: vectors()
    .recurrent("lstm", { size: 5 })
    .dropout(0.2, { perSequence: true })
    .recurrent("gru", { size: 4 })
    .dense(6, { activation: "tanh" })
    .last()
    .dense(2)
    .build(),
};

const [steps, batch] = [7, 2];

/**
 * `[batch, steps, size]` of `[steps, batch, size]`.
 * @param {ArrayLike<number>} data
 * @param {number} count how many steps there are
 */
function batchFirst(data, count) {
  const size = data.length / count / batch;
  return Array.from({ length: data.length }, (_, at) => {
    const [b, t, i] = [Math.floor(at / size / count), Math.floor(at / size) % count, at % size];
    return data[(t * batch + b) * size + i];
  });
}

const cases = [];
for (const [name, spec] of Object.entries(specs)) {
  const model = createModel({ spec, parameters: initialiseNetwork(spec, { seed: 3 }) });
  const random = createRandom(5);
  // Biases begin as zeros, which would hide where they go.
  for (const values of Object.values(model.parameters))
    for (let i = 0; i < values.length; i++) values[i] = random.normal() * 0.5;
  const isTokens = spec.input.kind === "tokens";
  const columns = spec.input.kind === "features" ? spec.input.size : 1;
  const inputs = Float32Array.from({ length: steps * batch * columns }, () =>
    isTokens ? random.integer(11) : random.normal(),
  );
  const outputs = model.predict({ steps, batch, inputs });
  const count = outputs.length / model.shape.outputSize / batch;
  cases.push({
    name,
    shape: isTokens ? [batch, steps] : [batch, steps, columns],
    inputs: batchFirst(inputs, steps),
    outputs: batchFirst(outputs, count),
  });
  for (const format of /** @type {const} */ (["keras", "h5"]))
    await writeFile(path.join(folder, `${name}.${format}`), (await writeKeras(model, { format, name })).bytes);
  model.dispose();
}
await writeFile(path.join(folder, "cases.json"), JSON.stringify(cases));
console.log(`${cases.length} models in ${folder}`);
