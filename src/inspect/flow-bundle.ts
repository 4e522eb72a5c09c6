/** Fewer arrows: where several boxes read the same several values, those run together into one point and fan out from there. */
import type { Flow, FlowEdge, FlowNode } from "./flow.ts";

interface Bundle {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
}

const bundled: ReadonlySet<string> = new Set(["gate", "sum", "function"]);

/** Arrows a bundle saves: sources × targets become sources + targets. */
function countSaved({ sources, targets }: Bundle): number {
  return sources.length * targets.length - sources.length - targets.length;
}

function groupSources(nodes: readonly FlowNode[], edges: readonly FlowEdge[]): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, string[]>();
  for (const { id, kind } of nodes) if (bundled.has(kind)) result.set(id, []);
  for (const { from, to, mark } of edges) if (mark === undefined) result.get(to)?.push(from);
  return result;
}

/** The bundle that saves most arrows. Its sources are what two boxes have in common: a larger one would be shared by fewer, a smaller one is found between others. */
function findBundle(nodes: readonly FlowNode[], edges: readonly FlowEdge[]): Bundle | undefined {
  const sourcesOf = [...groupSources(nodes, edges)];
  let best: Bundle | undefined;
  for (const [at, [, first]] of sourcesOf.entries()) {
    for (const [, second] of sourcesOf.slice(at + 1)) {
      const sources = first.filter((id) => second.includes(id));
      const targets = sourcesOf.filter(([, own]) => sources.every((id) => own.includes(id))).map(([id]) => id);
      const bundle = { sources, targets };
      if (sources.length >= 2 && countSaved(bundle) > (best === undefined ? 0 : countSaved(best))) best = bundle;
    }
  }
  return best;
}

/** The flow with a `junction` node for each bundle worth having. */
export function bundleArrows(flow: Flow): Flow {
  const nodes = [...flow.nodes];
  let edges = [...flow.edges];
  for (let bundle = findBundle(nodes, edges); bundle !== undefined; bundle = findBundle(nodes, edges)) {
    const { sources, targets } = bundle;
    const id = `junction ${nodes.length}`;
    nodes.push({ id, kind: "junction", label: [] });
    edges = edges.filter(
      ({ from, to, mark }) => mark !== undefined || !sources.includes(from) || !targets.includes(to),
    );
    edges.push(...sources.map((from) => ({ from, to: id })), ...targets.map((to) => ({ from: id, to })));
  }
  return { ...flow, nodes, edges };
}
