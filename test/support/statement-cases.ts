/** Small programs, a few for each kind of statement, that every backend must run as the float64 interpreter does. */
import type { StatementCase } from "./build-case.ts";
import { mapCases } from "./map-cases.ts";
import { productCases } from "./product-cases.ts";
import { windowCases } from "./window-cases.ts";

export const statementCases: readonly StatementCase[] = [...mapCases, ...productCases, ...windowCases];
