/** Graphs as other frameworks may have them, made by hand. */
import { createGraphBuilder } from "../../src/graph/build-graph.ts";
import type { GraphBuilder } from "../../src/graph/build-graph.ts";
import type { Graph } from "../../src/graph/graph.ts";
import type { Tensor } from "../../src/graph/tensor.ts";

/** Numbers that are all different. */
export const floats = (shape: readonly number[]): Tensor & { readonly data: Float32Array } => ({
  type: "float32",
  shape,
  data: Float32Array.from({ length: shape.reduce((product, n) => product * n, 1) }, (_, i) =>
    Math.sin(i + shape.length),
  ),
});

/** A graph of an input and what is made of it. */
export function graphFrom(
  shape: readonly (number | string)[],
  make: (builder: GraphBuilder, input: string) => string | readonly string[],
): Graph {
  const builder = createGraphBuilder("made");
  const made = make(builder, builder.input({ name: "X", type: "float32", shape }));
  return builder.finish((typeof made === "string" ? [made] : made).map((name) => ({ name, type: "float32" })));
}
