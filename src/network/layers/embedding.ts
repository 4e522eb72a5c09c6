/** Embedding: each token's row of a table; its gradient is added to that row. */
import { overRows } from "../../lower/index.ts";
import type { View } from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import { allocateSignal } from "../signal.ts";
import type { EmbeddingLayer } from "../spec.ts";
import type { LayerContext, LoweredLayer } from "./layer.ts";

export function lowerEmbedding(layer: EmbeddingLayer, context: LayerContext): LoweredLayer {
  const { builder, batch, name, path, signal, parameters } = context;
  const range = { first: 0, count: signal.steps };
  const columns = layer.size;
  const { value, gradient } = known(parameters.get(`${path}.E`), "the embedding");
  const output = allocateSignal(builder, `${name}.output`, { steps: signal.steps, batch, columns });
  const table = (buffer: number, rows: View): View => ({
    buffer,
    offset: { constant: 0, terms: [] },
    rowStride: columns,
    columnStride: 1,
    rows,
  });
  return {
    output: { location: output, steps: signal.steps },
    packs: [],
    forward: overRows(context, { name, range, locations: [signal.location, output] }, ([tokens, to], rows) => [
      builder.map(`${name}.lookup`, { rows, columns }, (map) => map.store(to!, map.load(table(value, tokens!)))),
    ]),
    finalStates: new Map(),
    backward: (outputGradient) => ({
      packs: [],
      statements:
        gradient === undefined
          ? []
          : overRows(context, { name, range, locations: [signal.location, outputGradient] }, ([tokens, from], rows) => [
              builder.map(`${name}.scatter`, { rows, columns }, (map) =>
                map.store(table(gradient, tokens!), map.load(from!), "add"),
              ),
            ]),
      inputGradient: undefined,
    }),
  };
}
