/** Filled in below. */
import type { Operator } from "./operator.ts";

export const poolOperators: Readonly<Record<string, Operator>> = {};
