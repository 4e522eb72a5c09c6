/** Which axes of a graph's inputs are those of steps and of members in a stream, and which nodes would need more than one step. */
import type { Graph, GraphNode, ValueName } from "./graph.ts";
import { alongOf, inputAxes, isAxis, mergeAxes, partsOf } from "./step-flow.ts";
import type { Axis, AxisNotes, Flow } from "./step-flow.ts";
import { readsOf } from "./plan.ts";
import { statesIn, walkNodes } from "./step-walk.ts";
import type { Found } from "./step-walk.ts";

export interface StepAxes {
  /** Axes of inputs that recurrent nodes read as their steps, as `input:axis`. */
  readonly steps: ReadonlySet<string>;
  /** And as their members. */
  readonly members: ReadonlySet<string>;
  /** Numbers of members that are always the same, and who has so many. */
  readonly counts: ReadonlyMap<number, GraphNode>;
  /** A node for which one step is not enough, if there is any. */
  readonly whole: GraphNode | undefined;
  /** A node that keeps a state, but whose steps or members are not those of an input. */
  readonly lost: GraphNode | undefined;
}

export interface StepOptions {
  /** Inputs that are states. */
  readonly states: ReadonlySet<ValueName>;
  /** Shapes of inputs that stay the same at every step. */
  readonly fixed: ReadonlyMap<ValueName, readonly number[]>;
  /** Inputs whose shape at a step is told. */
  readonly told: ReadonlySet<ValueName>;
}

const nameOf = (input: ValueName, axis: number): string => `${input}:${axis}`;

const stateOf = (input: ValueName): string => `${input}:state`;

/** Follows the axes of inputs through the nodes of a graph. */
export function findStepAxes(graph: Graph, options: StepOptions): StepAxes {
  const parents = new Map<string, string>();
  for (;;) {
    const before = parents.size;
    const whole = new Map<string, GraphNode>();
    const found = walkGraph(graph, options, createNotes(parents, whole));
    // Axes that turn out to be one are so from the beginning.
    if (parents.size === before) return conclude(graph, found, { whole, told: options.told });
  }
}

function createNotes(parents: Map<string, string>, whole: Map<string, GraphNode>): AxisNotes {
  const root = (axis: string): string => {
    const parent = parents.get(axis);
    return parent === undefined ? axis : root(parent);
  };
  const find = (axis: string): string =>
    String(mergeAxes(partsOf(axis).map((part) => (isAxis(part) ? root(part) : part))));
  return {
    find,
    join: (a, b) => {
      if (find(a) === find(b)) return true;
      const [own, other] = [partsOf(a), partsOf(b)];
      const isAlike = (part: Axis, at: number): boolean => part === other[at] || (isAxis(part) && isAxis(other[at]));
      if (own.length !== other.length || !own.every(isAlike)) return false;
      for (const [at, part] of own.entries())
        if (isAxis(part) && root(part) !== root(String(other[at]))) parents.set(root(part), root(String(other[at])));
      return true;
    },
    note: (node, axes) => {
      for (const axis of inputAxes(axes)) if (!whole.has(root(axis))) whole.set(root(axis), node);
    },
  };
}

function walkGraph(graph: Graph, { states, fixed }: Omit<StepOptions, "told">, notes: AxisNotes): Found {
  const declared = new Map<string, number>();
  const flows = new Map<ValueName, Flow>();
  for (const { name, shape } of graph.inputs) {
    const isStill = states.has(name) || fixed.has(name);
    const axes = shape?.map((size, axis): Axis => {
      if (typeof size === "number") declared.set(nameOf(name, axis), size);
      if (!isStill) return nameOf(name, axis);
      return fixed.get(name)?.[axis] ?? (typeof size === "number" ? size : undefined);
    });
    flows.set(name, { axes, isGiven: !isStill, last: states.has(name) ? new Set([stateOf(name)]) : undefined });
  }
  const lists = { counts: new Map(), mixed: [], lost: [], single: [] };
  const read = new Set([...graph.nodes.flatMap(readsOf), ...graph.outputs.map(({ name }) => name)]);
  const found: Found = {
    flows,
    notes,
    declared,
    states: new Set([...states].map(stateOf)),
    read,
    steps: new Map(),
    members: new Map(),
    ...lists,
  };
  walkNodes(graph, found);
  // An output that is a state as it came in is another one at each step, and one whose steps do not lie one after another is none of a stream.
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  for (const node of graph.nodes)
    if (node.kind === "operator")
      for (const name of node.outputs)
        if (outputs.has(name))
          notes.note(node, [
            ...statesIn(flows.get(name), found),
            ...(flows.get(name)?.axes ?? []).filter((axis) => partsOf(axis).length > 1 && alongOf(axis) === undefined),
          ]);
  return found;
}

/** What follows of all that was found, once it is known which axes are those of steps. */
function conclude(
  graph: Graph,
  found: Found,
  { whole, told }: Pick<StepOptions, "told"> & { readonly whole: ReadonlyMap<string, GraphNode> },
): StepAxes {
  const { notes, declared, steps, members, mixed, lost, single, states } = found;
  const axes = graph.inputs.flatMap(({ name, shape = [] }) => shape.map((_, axis) => nameOf(name, axis)));
  const allOf = (some: { readonly has: (axis: string) => boolean }): string[] =>
    axes.filter((axis) => some.has(notes.find(axis)));
  const toldAxes = new Set(
    graph.inputs.flatMap(({ name, shape = [] }) => (told.has(name) ? shape.map((_, axis) => nameOf(name, axis)) : [])),
  );
  // Where nothing is kept from one step to the next, any axis that is open may be the one of steps.
  const isStateless = steps.size + states.size + lost.length + single.length === 0;
  const candidates = isStateless ? axes.filter((axis) => !declared.has(axis) && !toldAxes.has(axis)) : allOf(steps);
  // Of an axis of size 1 everything there is is at hand in a step.
  const open = new Set(candidates.filter((axis) => declared.get(axis) !== 1).map(notes.find));
  const isOpen = (axis: string): boolean => open.has(notes.find(axis)) || (open.size > 0 && states.has(axis));
  const nodes = [
    ...[...whole].filter(([axis]) => isOpen(axis)).map(([, node]) => node),
    ...[...open].map((axis) => members.get(axis)),
    ...mixed.filter(([along, last]) => isOpen(along) && isOpen(last)).map(([, , node]) => node),
  ];
  return {
    steps: new Set(allOf(steps)),
    members: new Set(allOf(members)),
    counts: found.counts,
    whole: nodes.find((node) => node !== undefined),
    lost: lost[0] ?? (open.size > 0 ? single[0] : undefined),
  };
}
