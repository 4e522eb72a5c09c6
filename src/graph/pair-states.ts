/** Which output of a graph is which of its inputs at the next step. */
import { RecurraError } from "../util/errors.ts";
import type { Graph, GraphNode, ValueInfo, ValueName } from "./graph.ts";
import { operators } from "./operators/index.ts";
import { readsOf } from "./plan.ts";
import { writesOf } from "./walk-nodes.ts";

/** Inputs by the outputs that they are at the next step. Throws `graph/no-stream` for names that the graph does not have. */
export function pairStates(
  graph: Graph,
  {
    given,
    fixed,
  }: { readonly given: Readonly<Record<ValueName, ValueName>> | undefined; readonly fixed: ReadonlySet<ValueName> },
): ReadonlyMap<ValueName, ValueName> {
  if (given !== undefined) {
    for (const [output, input] of Object.entries(given)) {
      checkName(graph.outputs, output, "output");
      checkName(graph.inputs, input, "input");
    }
    return new Map(Object.entries(given));
  }
  const pairs = new Map<ValueName, ValueName>();
  const inputs = graph.inputs.filter(({ name }) => !fixed.has(name));
  const outputs = [...graph.outputs];
  const pair = (matches: (input: ValueInfo, output: ValueInfo) => boolean): void => {
    for (const input of inputs) {
      if ([...pairs.values()].includes(input.name)) continue;
      const found = outputs.filter(
        (output) => !pairs.has(output.name) && fits(input, output) && matches(input, output),
      );
      if (found.length === 1) pairs.set(found[0]!.name, input.name);
    }
  };
  const firsts = new Map(inputs.map(({ name }) => [name, slotsRead(graph, name)]));
  const finals = new Map(outputs.map(({ name }) => [name, slotsWritten(graph, name)]));
  pair((input, output) => {
    const first = firsts.get(input.name);
    return (
      first !== undefined && first.size > 0 && [...first].some((slot) => finals.get(output.name)?.has(slot) === true)
    );
  });
  pair((input, output) => input.name !== output.name && stem(input.name) === stem(output.name));
  return pairs;
}

function checkName(list: readonly ValueInfo[], name: ValueName, what: string): void {
  if (list.some((one) => one.name === name)) return;
  throw new RecurraError(
    "graph/no-stream",
    `There is no ${what} ${JSON.stringify(name)}; there are ${list.map((one) => one.name).join(", ")}.`,
  );
}

function fits(a: ValueInfo, b: ValueInfo): boolean {
  if (a.type !== b.type) return false;
  if (a.shape === undefined || b.shape === undefined) return true;
  return (
    a.shape.length === b.shape.length &&
    a.shape.every(
      (size, axis) => typeof size === "string" || typeof b.shape![axis] === "string" || size === b.shape![axis],
    )
  );
}

/** A name without the words that tell a state before a step from the one after it. */
function stem(name: string): string {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .map((word) => word.replace(/^(h|c|state|hidden|cell)(0|n|_?in|_?out)$/, "$1"));
  const kept = words.filter(
    (word) => !/^(in|out|input|output|new|next|prev|previous|old|init|initial|final|last|n|0|t|i|o)$/.test(word),
  );
  return (kept.length === 0 ? words : kept).join(" ");
}

/** Operators that only move numbers. */
const moving: ReadonlySet<string> = new Set(
  "Gather Squeeze Unsqueeze Slice Split Transpose Reshape Concat Identity Expand Cast Flatten".split(" "),
);

/** First states of recurrent nodes that read the value, as `node/state`; empty where anything else reads it too. */
function slotsRead(graph: Graph, name: ValueName): ReadonlySet<string> {
  const slots = new Set<string>();
  const reached = new Set<ValueName>([name]);
  for (const node of graph.nodes) {
    if (!readsOf(node).some((one) => reached.has(one))) continue;
    if (node.kind === "operator") {
      // Its shape may be asked for: that is no use of its numbers.
      if (node.operator === "Shape") continue;
      if (!moving.has(node.operator)) return new Set();
      for (const one of writesOf(node)) reached.add(one);
      continue;
    }
    const states = Object.entries(node.states).filter(([, value]) => reached.has(value));
    if (states.length === 0) return new Set();
    for (const [state] of states) slots.add(`${node.name}/${state}`);
  }
  return slots;
}

/** Final states of recurrent nodes of which the value is put together. */
function slotsWritten(graph: Graph, name: ValueName): ReadonlySet<string> {
  const slots = new Set<string>();
  const wanted = new Set<ValueName>([name]);
  for (const node of graph.nodes.toReversed()) {
    if (!writesOf(node).some((one) => wanted.has(one))) continue;
    if (node.kind === "operator") {
      if (moving.has(node.operator)) for (const one of readsOf(node)) wanted.add(one);
      continue;
    }
    for (const [state, value] of Object.entries(node.outputs.states))
      if (wanted.has(value)) slots.add(`${node.name}/${state}`);
  }
  return slots;
}

/** Values that depend on the numbers of one of these. */
export function dependents(nodes: readonly GraphNode[], names: Iterable<ValueName>): ReadonlySet<ValueName> {
  const reached = new Set(names);
  for (const node of nodes.filter((one) => one.kind === "recurrent" || operators.get(one.operator)?.ofShapes !== true))
    if (readsOf(node).some((name) => reached.has(name))) for (const one of writesOf(node)) reached.add(one);
  return reached;
}
