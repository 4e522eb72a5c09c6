/** The table of all that can be applied in the language: the elementwise primitives and the functions composed from them. */
import { known } from "../util/errors.ts";
import { elementwiseOperations } from "./elementwise.ts";
import type { ComposedFunction, ComposedName } from "./functions.ts";
import { composedFunctions } from "./functions.ts";
import type { ElementwiseName } from "./graph.ts";

export { elementwiseOperations, type ElementwiseOperation } from "./elementwise.ts";
export type { ComposedName, ShapeRule } from "./functions.ts";

export type OperationName = ElementwiseName | ComposedName;

/** One operation of the language. */
export interface LanguageOperation extends ComposedFunction {
  readonly name: OperationName;
}

const elementwiseNames = Object.keys(elementwiseOperations) as ElementwiseName[];
const composedNames = Object.keys(composedFunctions) as ComposedName[];

/** Every operation and function, by name, in the order they are listed to people. */
export const operations: ReadonlyMap<OperationName, LanguageOperation> = new Map<OperationName, LanguageOperation>([
  ...elementwiseNames.map((name): [OperationName, LanguageOperation] => {
    const { arity, spellings, summary, notation } = elementwiseOperations[name];
    return [
      name,
      {
        name,
        arity: [arity, arity],
        spellings,
        summary,
        notation,
        shape: "elementwise",
        build: (b, ...args) => b.apply(name, ...args),
      },
    ];
  }),
  ...composedNames.map((name): [OperationName, LanguageOperation] => [name, { name, ...composedFunctions[name] }]),
]);

const isWord = (spelling: string): boolean => /\p{L}/u.test(spelling);

const functionsBySpelling: ReadonlyMap<string, LanguageOperation> = new Map(
  [...operations.values()].flatMap((operation) =>
    operation.spellings.filter(isWord).map((spelling): [string, LanguageOperation] => [spelling, operation]),
  ),
);

const operatorsBySymbol: ReadonlyMap<string, OperationName> = new Map(
  [...operations.values()].flatMap(({ name, spellings, arity }) =>
    spellings
      .filter((spelling) => !isWord(spelling))
      .map((spelling): [string, OperationName] => [`${arity[0]} ${spelling}`, name]),
  ),
);

/** All names that functions may be called by. */
export const functionNames: readonly string[] = [...functionsBySpelling.keys()];

/** The function called by a name, or undefined. */
export function operationSpelled(name: string): LanguageOperation | undefined {
  return functionsBySpelling.get(name);
}

/** The operation an operator with so many operands stands for. */
export function operatorSpelled(symbol: string, operands: number): OperationName {
  return known(operatorsBySymbol.get(`${operands} ${symbol}`), `operator ${symbol}`);
}
