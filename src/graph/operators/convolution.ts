/** Filled in below. */
import type { Operator } from "./operator.ts";

export const convolutionOperators: Readonly<Record<string, Operator>> = {};
