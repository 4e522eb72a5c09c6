/** What the names of a cell are and how much of the step they depend on, for those who print and draw its equations. */
import { sharedNodes } from "../derive/index.ts";
import { operations } from "../language/index.ts";
import type { Cell, Expression } from "../language/index.ts";
import { known } from "../util/errors.ts";

/** Dimensions of a value: a number, a vector or a matrix. */
export type Rank = 0 | 1 | 2;

export type NameRole =
  /** `x` or an extra input. */
  | "input"
  /** What attend takes rows of. */
  | "memory"
  | "state"
  /** What an equation without a prime defines. */
  | "intermediate"
  | "parameter"
  | "constant"
  /** The step number `t`. */
  | "step";

export interface Roles {
  readonly roleOf: (name: string) => NameRole;
  readonly rankOf: (expression: Expression) => Rank;
  /** Whether the value differs from step to step: it depends on an input, a memory, a state or the step number. */
  readonly isMoving: (expression: Expression) => boolean;
  /** The same for an intermediate by name; inputs, states and the step number always move. */
  readonly isMovingName: (name: string) => boolean;
  readonly rankOfName: (name: string) => Rank;
  /** Names that are a single letter: a subscript such as `ii` is then a row of them, not a word. */
  readonly letters: ReadonlySet<string>;
}

/** The roles of all names in a cell's equations. */
export function createRoles(cell: Cell): Roles {
  const { graph } = cell;
  const shared = sharedNodes(graph.nodes);
  const roles = new Map<string, NameRole>();
  const ranks = new Map<string, number>();
  for (const { target, next } of cell.equations) {
    if (next) continue;
    roles.set(target, "intermediate");
    ranks.set(target, graph.nodes[graph.names.get(target) ?? -1]?.shape.length ?? 1);
  }
  const add = (role: NameRole, variables: Cell["inputs"], more = 0): void => {
    for (const { name, shape } of variables) {
      roles.set(name, role);
      ranks.set(name, shape.length + more);
    }
  };
  add("parameter", cell.parameters);
  add("input", cell.inputs);
  // The rows of a memory are a matrix.
  add("memory", cell.memories, 1);
  add("state", cell.states);

  const roleOf = (name: string): NameRole => roles.get(name) ?? (name === "t" ? "step" : "constant");
  const rankOfName = (name: string): Rank => Math.min(2, ranks.get(name) ?? 0) as Rank;
  const isMovingName = (name: string): boolean => {
    const role = roleOf(name);
    return role === "intermediate"
      ? shared[graph.names.get(name) ?? -1] !== true
      : role !== "parameter" && role !== "constant";
  };
  const rankOf = (e: Expression): Rank => {
    if (e.kind === "number") return 0;
    if (e.kind === "name") return rankOfName(e.name);
    if (e.kind === "product") return 1;
    const { shape } = known(operations.get(e.operation), `operation ${e.operation}`);
    if (shape === "number") return 0;
    if (shape !== "elementwise") return 1;
    return e.args.reduce<Rank>((most, arg) => Math.max(most, rankOf(arg)) as Rank, 0);
  };
  const isMoving = (e: Expression): boolean => {
    if (e.kind === "number") return false;
    if (e.kind === "name") return isMovingName(e.name);
    return childrenOf(e).some(isMoving);
  };
  const names = [...roles.keys()];
  return {
    roleOf,
    rankOf,
    rankOfName,
    isMoving,
    isMovingName,
    letters: new Set(names.filter((name) => /^\p{L}$/u.test(name))),
  };
}

/** The expressions directly below one. */
export function childrenOf(e: Expression): readonly Expression[] {
  if (e.kind === "call") return e.args;
  return e.kind === "product" ? [e.matrix, e.vector] : [];
}
