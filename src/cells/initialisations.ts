/** Which initialiser each parameter of a cell gets: the cell's own, and the named schemes that replace them. */
import type { Cell, Initialiser } from "../language/index.ts";
import { RecurraError, known } from "../util/errors.ts";
import { parameterRoles } from "./roles.ts";
import type { ParameterRole } from "./roles.ts";

export type InitialisationName = "default" | "torch" | "keras";

/** A scheme that a user can pick for any cell. */
export interface Initialisation {
  readonly summary: string;
  /** The initialiser of a trained parameter of that role; `own` is what the cell names for it. */
  readonly choose: (role: ParameterRole, own: Initialiser | undefined) => Initialiser;
}

/** What a parameter gets where nothing else is said: orthogonal recurrent matrices, Glorot's for the others, zeros for vectors. */
const usual: Readonly<Record<ParameterRole, Initialiser>> = {
  recurrent: { kind: "orthogonal", gain: 1 },
  input: { kind: "glorot" },
  bias: { kind: "constant", value: 0 },
  other: { kind: "constant", value: 0 },
};

/**
 * The schemes. None touches frozen parameters, nor vectors that are not biases (peepholes, gains, decays): what those start from is
 * part of the cell.
 */
export const initialisations: Readonly<Record<InitialisationName, Initialisation>> = {
  default: {
    summary: "What the cell names; else orthogonal recurrent matrices, Glorot uniform for the others, zero biases",
    choose: (role, own) => own ?? usual[role],
  },
  torch: {
    summary: "As PyTorch: all matrices and biases uniform within ±1/√H (without a state, ±1/√I)",
    choose: (role, own) => (role === "other" ? (own ?? usual.other) : { kind: "torch" }),
  },
  keras: {
    summary:
      "As Keras: orthogonal recurrent matrices, Glorot uniform for the others, zero biases with unit forget bias",
    choose: (role, own) => (role === "recurrent" || role === "input" ? usual[role] : (own ?? usual[role])),
  },
};

/** The initialiser of every parameter of the cell under a scheme, by name, in the order of the cell's parameters. */
export function initialisersFor(
  cell: Cell,
  scheme: InitialisationName = "default",
): Readonly<Record<string, Initialiser>> {
  if (!Object.hasOwn(initialisations, scheme)) {
    const names = Object.keys(initialisations).join(", ");
    throw new RecurraError(
      "cells/unknown-initialisation",
      `There is no initialisation "${scheme}"; choose one of ${names}.`,
    );
  }
  const { choose } = initialisations[scheme];
  const roles = parameterRoles(cell);
  const result: Record<string, Initialiser> = {};
  for (const { name } of cell.parameters) {
    const role = known(roles.get(name), `role of ${name}`);
    const own = ownInitialiser(cell, name);
    result[name] = cell.options.frozen?.includes(name) ? (own ?? usual[role]) : choose(role, own);
  }
  return result;
}

/** What the cell names for a parameter: under its name, else under the longest key that ends in `*` and fits. */
function ownInitialiser(cell: Cell, name: string): Initialiser | undefined {
  const own = cell.options.initialisers ?? {};
  if (Object.hasOwn(own, name)) return own[name];
  const fitting = Object.keys(own).filter((key) => key.endsWith("*") && name.startsWith(key.slice(0, -1)));
  const longest = fitting.toSorted((a, b) => b.length - a.length)[0];
  return longest === undefined ? undefined : own[longest];
}
