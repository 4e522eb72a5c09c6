/** Which axes of a graph's inputs are those of steps and of members in a stream, and which nodes would need more than one step. */
import type { Graph, GraphNode, ValueName } from "./graph.ts";
import { isAxis } from "./step-flow.ts";
import type { Axis, AxisNotes, Flow } from "./step-flow.ts";
import { statesIn, walkNodes } from "./step-walk.ts";
import type { Found } from "./step-walk.ts";

export interface StepAxes {
  /** Axes of inputs that recurrent nodes read as their steps, as `input:axis`. */
  readonly steps: ReadonlySet<string>;
  /** And as their members. */
  readonly members: ReadonlySet<string>;
  /** A node for which one step is not enough, if there is any. */
  readonly whole: GraphNode | undefined;
  /** A node that keeps a state, but whose steps are not those of an input. */
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
  const find = (axis: string): string => {
    const parent = parents.get(axis);
    return parent === undefined ? axis : find(parent);
  };
  return {
    find,
    join: (a, b) => {
      if (find(a) !== find(b)) parents.set(find(a), find(b));
    },
    note: (node, axes) => {
      for (const axis of axes) if (isAxis(axis) && !whole.has(find(axis))) whole.set(find(axis), node);
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
    flows.set(name, { axes, isGiven: !isStill, last: states.has(name) ? new Set([name]) : undefined });
  }
  const lists = { mixed: [], lost: [], single: [] };
  const found: Found = { flows, notes, declared, states, steps: new Map(), members: new Map(), ...lists };
  walkNodes(graph, found);
  // An output that is a state as it came in is another one at each step.
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  for (const node of graph.nodes)
    if (node.kind === "operator")
      for (const name of node.outputs) if (outputs.has(name)) notes.note(node, statesIn(flows.get(name), found));
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
    whole: nodes.find((node) => node !== undefined),
    lost: lost[0] ?? (open.size > 0 ? single[0] : undefined),
  };
}
