/** Goes through the nodes of a graph and says of each value which axes of inputs its own are, and of each node which ones it reads as a whole. */
import { cellOf } from "../network/index.ts";
import type { Graph, GraphNode, OperatorNode, RecurrentNode, ValueName } from "./graph.ts";
import { isGraph } from "./operators/operator.ts";
import { planOf } from "./plan.ts";
import { alongOf, createRuleCall, flowOfConstant, inputAxes, isAxis, partsOf, place } from "./step-flow.ts";
import { repeatsState } from "./step-masks.ts";
import type { Axis, AxisNotes, Flow } from "./step-flow.ts";
import { ruleOf } from "./step-rules.ts";

/** What is found on the way; axes by the name that all that are one have in common. */
export interface Found {
  readonly flows: Map<ValueName, Flow>;
  readonly notes: AxisNotes;
  /** Sizes that inputs declare, by their axes. */
  readonly declared: ReadonlyMap<string, number>;
  /** Inputs that are states, by what stands for them among axes. */
  readonly states: ReadonlySet<ValueName>;
  /** Values that something reads. */
  readonly read: ReadonlySet<ValueName>;
  /** Axes that are read step by step, and by which node. */
  readonly steps: Map<string, GraphNode>;
  readonly members: Map<string, GraphNode>;
  /** Numbers of members that are always the same, and who has so many. */
  readonly counts: Map<number, GraphNode>;
  /** Nodes that have the first of two axes in a value that is another one at each step of the second. */
  readonly mixed: (readonly [along: string, last: string, node: GraphNode])[];
  /** Nodes that keep a state over steps that are no axis of an input. */
  readonly lost: GraphNode[];
  /** Nodes that read one step and are given their states. */
  readonly single: GraphNode[];
}

const unknown: Flow = { axes: undefined };

/** Axes of inputs in a value's own axes and in the sizes that it is. */
const axesOf = (flow: Flow | undefined): string[] => inputAxes([...(flow?.axes ?? []), ...(flow?.sizes ?? [])]);

/** All that makes a value another one at each step. */
const variesBy = (flow: Flow | undefined): string[] => [...axesOf(flow), ...(flow?.last ?? [])];

export const statesIn = (flow: Flow | undefined, { states }: Pick<Found, "states">): string[] =>
  [...(flow?.last ?? [])].filter((one) => states.has(one));

export function walkNodes(graph: Graph, found: Found, isBody = false): void {
  for (const [name, tensor] of graph.constants) found.flows.set(name, flowOfConstant(tensor));
  for (const node of graph.nodes) {
    if (node.kind === "operator") {
      if (node.operator === "Scan" && !isBody) walkScan(node, found);
      else walkOperator(node, found);
    } else if (isBody) walkOpaque(node, found);
    else walkRecurrent(node, found);
  }
}

function setFlow(name: ValueName | undefined, flow: Flow, node: GraphNode, { flows, notes, mixed }: Found): void {
  if (name === undefined || name === "") return;
  flows.set(name, flow);
  const axes = inputAxes(flow.axes ?? []).map(notes.find);
  notes.note(
    node,
    axes.filter((axis, at) => axes.indexOf(axis) !== at),
  );
  for (const along of axes) for (const last of flow.last ?? []) mixed.push([along, last, node]);
}

/** What the bodies of a node read of the graph around them. */
function readByBodies(node: OperatorNode): ValueName[] {
  return Object.values(node.attributes).flatMap((body) =>
    typeof body === "object" && isGraph(body) ? [...planOf(body).free] : [],
  );
}

function walkOperator(node: OperatorNode, found: Found): void {
  const { flows, notes, declared, steps } = found;
  const inputs = node.inputs.map((name) => (name === "" ? undefined : (flows.get(name) ?? unknown)));
  const rule = ruleOf(node.operator);
  for (const name of readByBodies(node)) notes.note(node, variesBy(flows.get(name)));
  // A loop of as many turns as an axis has places reads these one after another.
  if (node.operator === "Loop") for (const axis of inputAxes(inputs[0]?.sizes ?? [])) steps.set(notes.find(axis), node);
  const followed = rule?.follow(createRuleCall({ node, flows: inputs, notes, declared })) ?? unknown;
  const read = inputs.filter((_, at) => rule?.unread?.includes(at) !== true);
  const known: string[] = [];
  for (const [at, flow] of inputs.entries()) {
    if (!read.includes(flow)) continue;
    const axes = inputAxes(flow?.axes ?? []);
    if (at < (rule?.knows ?? Infinity)) known.push(...axes);
    else notes.note(node, axes);
    if (rule?.sized?.includes(at) !== true) notes.note(node, flow?.sizes ?? []);
    if (rule?.moves !== true) notes.note(node, statesIn(flow, found));
  }
  const isGiven = rule?.moves === true && inputs.length === 1 && inputs[0]?.isGiven === true;
  const before = read.flatMap((flow) => [...(flow?.last ?? [])]);
  for (const [at, output] of node.outputs.entries()) {
    const result = Array.isArray(followed) ? ((followed[at] as Flow | undefined) ?? unknown) : (followed as Flow);
    const last = new Set([...before, ...(result.last ?? [])]);
    const kept = new Set([...axesOf(result), ...last].map(notes.find));
    notes.note(
      node,
      result.axes === undefined ? read.flatMap(axesOf) : known.filter((axis) => !kept.has(notes.find(axis))),
    );
    setFlow(output, { ...result, last, isGiven }, node, found);
  }
}

/** A node of which nothing is known but what it reads. */
function walkOpaque(node: RecurrentNode, { flows, notes }: Found): void {
  for (const name of [node.input, ...Object.values(node.states)]) notes.note(node, variesBy(flows.get(name)));
}

/** Whether all that a node begins with are states of the graph. */
function areGiven(firsts: readonly (ValueName | undefined)[], found: Found): boolean {
  return firsts.every((name) => name !== undefined && statesIn(found.flows.get(name), found).length > 0);
}

/** What a node begins with is the same however many steps there are, or a state of the graph. */
function noteFirst(node: GraphNode, first: ValueName, found: Found): void {
  const flow = found.flows.get(first);
  found.notes.note(
    node,
    variesBy(flow).filter((one) => !found.states.has(one)),
  );
}

/** A node whose steps are not those of an input: it can only be one that reads one step, and is given its states. */
function noteSteps(
  node: GraphNode,
  found: Found,
  { axis, input, isGiven }: { axis: Axis; input: Flow | undefined; isGiven: boolean },
): void {
  const isOne = axis === 1 && [...(input?.last ?? [])].every((one) => found.states.has(one));
  const made = inputAxes([axis]);
  for (const one of made) found.steps.set(found.notes.find(one), node);
  found.notes.note(node, made);
  if (isOne && isGiven) found.single.push(node);
  else found.lost.push(node);
}

function walkRecurrent(node: RecurrentNode, found: Found): void {
  const { flows, notes, steps, members, counts } = found;
  const input = flows.get(node.input);
  const cell = cellOf(node.cell);
  const [step, member] = input?.axes ?? [];
  const along = alongOf(step);
  const states = cell.states.map(({ name }) => node.states[name]);
  if (along !== undefined) steps.set(notes.find(along), node);
  else noteSteps(node, found, { axis: step, input, isGiven: areGiven(states, found) });
  if (isAxis(member) && partsOf(member).length === 1) members.set(notes.find(member), node);
  else if (typeof member === "number") counts.set(member, node);
  else if (!areGiven(states, found)) found.lost.push(node);
  const ofMembers = partsOf(member);
  notes.note(node, [
    ...(input?.axes ?? []).slice(2),
    ...(input?.last ?? []),
    ...(ofMembers.length > 1 ? ofMembers : []),
  ]);
  // In a stream each step is the first.
  if (cell.graph.nodes.some(({ kind }) => kind === "step")) notes.note(node, [step]);
  for (const name of states) if (name !== undefined) noteFirst(node, name, found);
  const memories = Object.values(node.memories ?? {}).flatMap(({ value, lengths }) => [value, lengths ?? ""]);
  for (const name of [...Object.values(node.parameters), ...memories])
    notes.note(
      node,
      variesBy(flows.get(name)).filter((one) => notes.find(one) !== notes.find(String(member))),
    );
  if (isAxis(step)) noteMembers(node, step, found);
  const last = along === undefined ? undefined : new Set([along]);
  const size = cell.output.shape.length === 1 && cell.output.shape[0] === "H" ? node.size : undefined;
  setFlow(node.outputs.sequence, { axes: [step, member, size] }, node, found);
  for (const output of Object.values(node.outputs.states))
    setFlow(output, { axes: [member, undefined], last }, node, found);
}

/** Lengths and masks say of each step whether it counts, so they must be of the step at hand. */
function noteMembers(node: RecurrentNode, step: string, { flows, notes, read }: Found): void {
  const lengths = node.lengths === undefined ? undefined : flows.get(node.lengths);
  if (lengths !== undefined) {
    // All steps of every member, or as many of one step as each step says.
    const isAll =
      lengths.sizes?.length === 1 && isAxis(lengths.sizes[0]) && notes.find(lengths.sizes[0]) === notes.find(step);
    notes.note(
      node,
      isAll ? [] : [...(lengths.isGiven === true && step === alongOf(step) ? [] : [step]), ...(lengths.last ?? [])],
    );
  }
  if (node.mask === undefined) return;
  const mask = flows.get(node.mask.value);
  const along = mask?.axes?.[0];
  const isAlong = isAxis(along) && notes.join(along, step);
  const isLost = node.mask.masked === "repeat" && !repeatsState(node) && read.has(node.outputs.sequence ?? "");
  notes.note(node, [...(isAlong && !isLost ? [] : [step]), ...(mask?.last ?? [])]);
}

function walkScan(node: OperatorNode, found: Found): void {
  const { flows, notes, steps } = found;
  const scanned = Number(node.attributes["num_scan_inputs"] ?? 1);
  const body = node.attributes["body"];
  const firsts = node.inputs.slice(0, node.inputs.length - scanned);
  const inputs = node.inputs.slice(firsts.length).map((name) => flows.get(name));
  const settings = (name: string): readonly number[] => (node.attributes[name] as readonly number[] | undefined) ?? [];
  const at = settings("scan_input_axes");
  const along = inputs.map((flow, i) => flow?.axes?.[place(at[i] ?? 0, flow.axes.length)]);
  const step = along.find((axis) => alongOf(axis) !== undefined);
  const isJoined = along.every((axis) => isAxis(axis) && isAxis(step) && notes.join(step, axis));
  if (step === undefined)
    noteSteps(node, found, { axis: along[0], input: inputs[0], isGiven: areGiven(firsts, found) });
  else steps.set(notes.find(String(alongOf(step))), node);
  // Backwards, along other axes, or beside what is the same at each step.
  const isPlain = ["scan_input_directions", "scan_output_directions", "scan_input_axes", "scan_output_axes"].every(
    (name) => settings(name).every((value) => value === 0),
  );
  if (!isPlain || !isJoined) notes.note(node, inputs.flatMap(axesOf));
  for (const name of firsts) noteFirst(node, name, found);
  for (const name of readByBodies(node)) notes.note(node, variesBy(flows.get(name)));
  for (const flow of inputs) notes.note(node, [...(flow?.sizes ?? []), ...(flow?.last ?? [])]);
  if (typeof body !== "object" || !isGraph(body)) return;
  const inner = new Map(flows);
  for (const [i, { name }] of body.inputs.entries()) {
    const flow = i < firsts.length ? flows.get(firsts[i]!) : inputs[i - firsts.length];
    inner.set(name, { axes: i < firsts.length ? flow?.axes : flow?.axes?.slice(1) });
  }
  walkNodes(body, { ...found, flows: inner }, true);
  for (const [i, output] of node.outputs.entries()) {
    const axes = inner.get(body.outputs[i]?.name ?? "")?.axes;
    if (i < firsts.length)
      setFlow(output, { axes, last: step === undefined ? undefined : new Set([String(alongOf(step))]) }, node, found);
    else setFlow(output, { axes: axes === undefined ? undefined : [step, ...axes] }, node, found);
  }
  // Of what the body gives at each step nothing is known.
  if (body.outputs.slice(firsts.length).some(({ name }) => inner.get(name)?.axes === undefined))
    notes.note(node, along);
}
