/** The language of cells: what other folders use of it. */
export type { Cell, CellOptions, Initialiser, Variable } from "./cell.ts";
export type { Dimension, ElementwiseName, Graph, Node, NodeId, Shape } from "./graph.ts";
export { createGraphBuilder, type GraphBuilder } from "./graph-builder.ts";
export type { Notation } from "./notation.ts";
export {
  elementwiseOperations,
  operations,
  type ElementwiseOperation,
  type LanguageOperation,
  type OperationName,
  type ShapeRule,
} from "./operations.ts";
export { sameShape, shapeText } from "./shape.ts";
export type { Declaration, Equation, Expression, Place, Syntax } from "./syntax.ts";
