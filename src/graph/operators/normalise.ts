/** Filled in below. */
import type { Operator } from "./operator.ts";

export const normaliseOperators: Readonly<Record<string, Operator>> = {};
