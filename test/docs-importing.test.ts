/** docs/importing.md names every operator that graphs have. */
import { test } from "vitest";
import { activationOperators } from "../src/graph/operators/activation.ts";
import { controlOperators } from "../src/graph/operators/control.ts";
import { convolutionOperators } from "../src/graph/operators/convolution.ts";
import { elementwiseOperators } from "../src/graph/operators/elementwise.ts";
import { gatherOperators } from "../src/graph/operators/gather.ts";
import { normaliseOperators } from "../src/graph/operators/normalise.ts";
import { poolOperators } from "../src/graph/operators/pool.ts";
import { productOperators } from "../src/graph/operators/product.ts";
import { quantiseOperators } from "../src/graph/operators/quantise.ts";
import { reduceOperators } from "../src/graph/operators/reduce.ts";
import { shapeOperators } from "../src/graph/operators/shape.ts";
import { unaryOperators } from "../src/graph/operators/unary.ts";
import { expectPart, printMarkdownTable } from "./support/document.ts";

test("the table of operators is the one in the code", () => {
  const kinds = {
    "element by element": { ...elementwiseOperators, ...unaryOperators },
    "along an axis": { ...activationOperators, ...reduceOperators },
    "shapes and moves": shapeOperators,
    "by indices": gatherOperators,
    products: productOperators,
    "convolutions and pools": { ...convolutionOperators, ...poolOperators },
    normalisation: normaliseOperators,
    "fewer bits": quantiseOperators,
    "graphs in graphs": controlOperators,
  };
  const rows = Object.entries(kinds).map(([kind, table]) => [
    kind,
    Object.keys(table)
      .toSorted()
      .map((name) => `\`${name}\``)
      .join(", "),
  ]);
  expectPart("importing.md", "operators", printMarkdownTable(["kind", "operators"], rows));
});
