/** Where threads have to wait for one another. */
import type { Access, AccessFinder, Leaf, LoopCounts, Split } from "./accesses.ts";
import type { Statement } from "./ir.ts";

export interface BarrierOptions {
  readonly finder: AccessFinder;
  splitOf(statement: Leaf): Split;
}

/**
 * The statements before which all threads must have come so far. Accesses since the last barrier are kept; a statement that would meet one of
 * them (a word in common, one of the two writes it, and it may fall to different threads) has a barrier before it, and the record begins anew.
 *
 * A loop's body is walked twice, so that the second pass meets what the first one did. What stands before the loop is met by a barrier before
 * the loop, not by one in every step.
 */
export function placeBarriers(
  statements: readonly Statement[],
  loops: LoopCounts,
  options: BarrierOptions,
): ReadonlySet<Statement> {
  const barriers = new Set<Statement>();
  walk(statements, loops, [], { ...options, barriers });
  return barriers;
}

interface Walk extends BarrierOptions {
  readonly barriers: Set<Statement>;
}

/** Walks statements with the accesses since the last barrier, and returns those since the last one at their end. */
function walk(
  statements: readonly Statement[],
  loops: LoopCounts,
  since: readonly Access[],
  to: Walk,
): readonly Access[] {
  let open = since;
  for (const statement of statements) {
    const accesses = accessesIn(statement, loops, to);
    if (to.barriers.has(statement)) open = [];
    if (conflict(open, accesses)) {
      to.barriers.add(statement);
      open = [];
    }
    if (statement.kind !== "loop") {
      open = join(open, accesses);
      continue;
    }
    const inner = new Map([...loops, [statement.loop, statement.count]]);
    open = walk(statement.body, inner, open, to);
    open = walk(statement.body, inner, open, to);
  }
  return open;
}

function accessesIn(statement: Statement, loops: LoopCounts, to: Walk): readonly Access[] {
  if (statement.kind !== "loop") return to.finder.accessesOf(statement, to.splitOf(statement), loops);
  const inner = new Map([...loops, [statement.loop, statement.count]]);
  return statement.count === 0 ? [] : statement.body.flatMap((one) => accessesIn(one, inner, to));
}

function conflict(before: readonly Access[], after: readonly Access[]): boolean {
  return after.some((one) => before.some((other) => isConflict(one, other)));
}

function isConflict(one: Access, other: Access): boolean {
  if (!one.writes && !other.writes) return false;
  if (one.lanes !== undefined && one.lanes === other.lanes) return false;
  return one.low < other.end && other.low < one.end;
}

/** Both lists, equal accesses once. */
function join(before: readonly Access[], more: readonly Access[]): readonly Access[] {
  const isKnown = (one: Access): boolean =>
    before.some(
      (other) =>
        one.low === other.low && one.end === other.end && one.writes === other.writes && one.lanes === other.lanes,
    );
  return [...before, ...more.filter((one) => !isKnown(one))];
}
