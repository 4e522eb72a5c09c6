/** The language of cells: what other folders use of it. */
export { argumentsOf } from "./arguments.ts";
export type { Cell, CellOptions, Initialiser, Variable } from "./cell.ts";
export { cell } from "./create-cell.ts";
export { equalCells } from "./equal.ts";
export { rowsOf } from "./graph.ts";
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
export { parseEquations, parseSyntax } from "./parse.ts";
export { printCell } from "./print.ts";
export { printExpression, printSyntax } from "./print-expression.ts";
export { printNode } from "./print-node.ts";
export { resolveSizes } from "./sizes.ts";
export type { Declaration, Equation, Expression, Place, Syntax } from "./syntax.ts";
