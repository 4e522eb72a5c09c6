/** Filled in below. */
import type { Operator } from "./operator.ts";

export const quantiseOperators: Readonly<Record<string, Operator>> = {};
