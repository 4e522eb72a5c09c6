/** The table of operators, by the names of ONNX; each means what ONNX's newest version of it says. */
import { activationOperators } from "./activation.ts";
import { controlOperators } from "./control.ts";
import { convolutionOperators } from "./convolution.ts";
import { elementwiseOperators } from "./elementwise.ts";
import { gatherOperators } from "./gather.ts";
import { normaliseOperators } from "./normalise.ts";
import type { Operator } from "./operator.ts";
import { poolOperators } from "./pool.ts";
import { productOperators } from "./product.ts";
import { quantiseOperators } from "./quantise.ts";
import { reduceOperators } from "./reduce.ts";
import { shapeOperators } from "./shape.ts";
import { unaryOperators } from "./unary.ts";

export const operators: ReadonlyMap<string, Operator> = new Map(
  [
    elementwiseOperators,
    unaryOperators,
    activationOperators,
    reduceOperators,
    shapeOperators,
    gatherOperators,
    productOperators,
    convolutionOperators,
    poolOperators,
    normaliseOperators,
    quantiseOperators,
    controlOperators,
  ].flatMap((table) => Object.entries(table)),
);
