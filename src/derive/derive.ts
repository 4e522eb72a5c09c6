/**
 * All that follows from a cell before its sizes are known: the gradient, the order of work in both directions, and what is stored. This is what
 * `lower` turns into loops.
 */
import type { Cell, Node, NodeId } from "../language/index.ts";
import { dependsOn, neededBy } from "./dependence.ts";
import { deriveGradient } from "./gradient.ts";
import type { ProductGradient, StepGradient } from "./gradient.ts";
import { isProduct, phases, schedule } from "./schedule.ts";
import type { Phase, Placement } from "./schedule.ts";
import { createStorage } from "./storage.ts";
import type { Export, Extent, Storage } from "./storage.ts";

export interface DeriveOptions {
  /** Whether the gradient will be asked for; without it nothing is kept for the way back. */
  readonly gradient: boolean;
  /** Names of inputs and parameters whose gradients are wanted; all if absent. */
  readonly wanted?: { readonly inputs: ReadonlySet<string>; readonly parameters: ReadonlySet<string> };
}

/** Products with one operand, done as one: the matrices stand side by side. */
export interface ProductGroup {
  readonly operand: NodeId;
  readonly terms: readonly { readonly node: NodeId; readonly matrix: NodeId }[];
}

/** One level of a phase: fused elementwise work, then products. */
export interface Stage {
  readonly backward: boolean;
  readonly phase: Phase;
  readonly level: number;
  readonly exports: readonly Export[];
  readonly groups: readonly ProductGroup[];
  /** Pullback nodes. */
  readonly pullbacks: readonly NodeId[];
}

export interface Derivation {
  readonly cell: Cell;
  readonly gradient: StepGradient;
  /** The step, then its gradient. */
  readonly nodes: readonly Node[];
  readonly forwardCount: number;
  readonly forward: readonly Stage[];
  /** Empty without a gradient. */
  readonly backward: readonly Stage[];
  /** Every computed value that has a place in memory; all others are computed where they are used. */
  readonly stored: ReadonlyMap<NodeId, Extent>;
  /** The stages that read each leaf. */
  readonly reads: Storage["reads"];
  readonly placements: readonly (Placement | undefined)[];
  /** Next values that differ from step to step: they always lie in their states' places. */
  readonly nextValues: ReadonlySet<NodeId>;
  /** Products with a common operand of which a matrix gradient or the pullback is wanted: their adjoints stand side by side. */
  readonly products: readonly ProductGradient[];
  readonly onceProducts: readonly ProductGradient[];
}

/** Derives gradient, schedules and storage of a cell. */
export function deriveCell(cell: Cell, options: DeriveOptions): Derivation {
  const { graph } = cell;
  const gradient = deriveGradient(graph);
  const { nodes, forwardCount } = gradient;
  const ends = options.gradient ? gradientEnds(gradient, options.wanted) : noEnds;

  const forwardPlaces = schedule({
    nodes: nodes.slice(0, forwardCount),
    from: 0,
    carriesIn: (node) => node.kind === "state",
    carriesOut: [...graph.next.values()],
  });
  const backwardPlaces = schedule({
    nodes,
    from: forwardCount,
    carriesIn: isCarriedAdjoint,
    carriesOut: [...gradient.states.values()],
  });
  const placements = nodes.map((_, id) => (id < forwardCount ? forwardPlaces[id] : backwardPlaces[id]));

  const nextValues = new Set([...graph.next.values()].filter((id) => placements[id]?.phase !== "prior"));
  const storage = createStorage({ nodes, placements, forwardCount, nextValues });
  const place = createPlacer(nodes, placements, forwardCount);
  const backwardExports = ends.exports.map((one) => place(one, true));
  const forwardExports = [
    ...[...graph.next].map(([state, node]) =>
      place({ node, to: { kind: "next", state } as const, shape: nodes[node]!.shape }, false),
    ),
    place({ node: graph.output, to: { kind: "output" }, shape: cell.output.shape }, false),
  ];
  for (const one of backwardExports) storage.demand(one.node, { backward: true, phase: one.phase, level: one.level });
  for (const operand of ends.operands) storage.store(operand, { backward: true, phase: "after", level: 0 });
  for (const one of forwardExports) storage.demand(one.node, { backward: false, phase: one.phase, level: one.level });

  const stages = (backward: boolean): Stage[] =>
    collectStages({
      nodes,
      placements,
      storage,
      exports: backward ? backwardExports : forwardExports,
      backward,
      forwardCount,
      nextValues,
    });
  return {
    cell,
    gradient,
    nodes,
    forwardCount,
    forward: stages(false),
    backward: options.gradient ? stages(true) : [],
    stored: storage.stored,
    reads: storage.reads,
    placements,
    nextValues,
    products: ends.products,
    onceProducts: ends.onceProducts,
  };
}

function isCarriedAdjoint(node: Node): boolean {
  return node.kind === "adjoint" && node.of === "next";
}

type Unplaced = Pick<Export, "node" | "to"> & { readonly shape: Node["shape"] };

interface Ends {
  readonly exports: readonly Unplaced[];
  /** Forward values that weight gradients multiply with. */
  readonly operands: readonly NodeId[];
  readonly products: readonly ProductGradient[];
  readonly onceProducts: readonly ProductGradient[];
}

const noEnds: Ends = { exports: [], operands: [], products: [], onceProducts: [] };

/** What the way back has to deliver. */
function gradientEnds(gradient: StepGradient, wanted: DeriveOptions["wanted"]): Ends {
  const { nodes } = gradient;
  const parameterWanted = (id: NodeId): boolean => {
    const node = nodes[id]!;
    return node.kind === "parameter" && (wanted === undefined || wanted.parameters.has(node.name));
  };
  const exports: Unplaced[] = [];
  for (const [state, node] of gradient.states)
    exports.push({ node, to: { kind: "carry", state }, shape: nodes[node]!.shape });
  for (const [name, node] of gradient.inputs) {
    if (wanted === undefined || wanted.inputs.has(name))
      exports.push({ node, to: { kind: "input", name }, shape: nodes[node]!.shape });
  }
  const leadsToParameter = dependsOnParameter(gradient, parameterWanted);
  for (const { node, adjoint } of gradient.shared) {
    if (leadsToParameter(node))
      exports.push({ node: adjoint, to: { kind: "shared", of: node }, shape: nodes[node]!.shape });
  }
  for (const [name, node] of gradient.once.parameters) {
    if (wanted === undefined || wanted.parameters.has(name))
      exports.push({ node, to: { kind: "parameter", name }, shape: nodes[node]!.shape });
  }

  const groups = [
    ...gradient.products.map((group) => ({ ...group, once: false })),
    ...gradient.once.products.map((group) => ({ ...group, once: true })),
  ];
  const kept = new Set(groups.filter(({ terms }) => terms.some(({ matrix }) => parameterWanted(matrix))));
  // A pullback may be needed only for the weights before it, which may be kept only for a pullback, and so on.
  for (let before = -1; before !== kept.size;) {
    before = kept.size;
    const roots = [
      ...exports.map((one) => one.node),
      ...[...kept].flatMap(({ terms }) => terms.map(({ adjoint }) => adjoint)),
    ];
    const needed = neededBy(nodes, roots);
    for (const group of groups) if (pullbackOf(nodes, group.terms).some((id) => needed[id])) kept.add(group);
  }
  const products = groups.filter((group) => !group.once && kept.has(group));
  const onceProducts = groups.filter((group) => group.once && kept.has(group));
  for (const [of, once] of [
    [products, false],
    [onceProducts, true],
  ] as const) {
    of.forEach(({ terms }, group) =>
      terms.forEach(({ matrix, adjoint }, term) => {
        exports.push({ node: adjoint, to: { kind: "slot", group, term, once }, shape: [nodes[matrix]!.shape[0]!] });
      }),
    );
  }
  const operands = [...products, ...onceProducts]
    .filter(({ terms }) => terms.some(({ matrix }) => parameterWanted(matrix)))
    .map(({ operand }) => operand);
  return { exports, operands, products, onceProducts };
}

/** Whether a shared value is, or is made from, a parameter whose gradient is wanted. */
function dependsOnParameter(gradient: StepGradient, parameterWanted: (id: NodeId) => boolean): (id: NodeId) => boolean {
  const wanted = new Set(gradient.nodes.flatMap((node, id) => (parameterWanted(id) ? [node] : [])));
  const leads = dependsOn(gradient.nodes.slice(0, gradient.forwardCount), (node) => wanted.has(node));
  return (id) => leads[id] === true;
}

/** The pullback nodes of exactly these terms. */
function pullbackOf(nodes: readonly Node[], terms: ProductGradient["terms"]): NodeId[] {
  const key = terms.map((term) => `${term.matrix}:${term.adjoint}`).join();
  return nodes.flatMap((node, id) =>
    node.kind === "pullback" && node.terms.map((term) => `${term.matrix}:${term.vector}`).join() === key ? [id] : [],
  );
}

/** Finds the stage that writes a value somewhere: where it is computed, or, for a leaf, as early as it is there. */
function createPlacer(nodes: readonly Node[], placements: readonly (Placement | undefined)[], forwardCount: number) {
  const carriedForward = dependsOn(nodes, (node) => node.kind === "state");
  const carriedBackward = dependsOn(nodes, isCarriedAdjoint);
  const leafPhase = (id: NodeId, to: Export["to"], backward: boolean): Phase => {
    if (to.kind === "parameter" || (to.kind === "slot" && to.once)) return "once";
    if (to.kind === "next") return carriedForward[id] ? "loop" : "before";
    if (to.kind === "carry" || to.kind === "slot") return carriedBackward[id] ? "loop" : "before";
    return (backward ? carriedBackward : carriedForward)[id] ? "after" : "before";
  };
  return ({ node: id, to, shape }: Unplaced, backward: boolean): Export => {
    const place = id >= forwardCount === backward ? placements[id] : undefined;
    const home = place?.home ?? shape[0];
    if (place === undefined || place.phase === "prior")
      return { node: id, to, phase: leafPhase(id, to, backward), level: 0, home };
    return { node: id, to, phase: place.phase, level: place.level + (isProduct(nodes[id]!) ? 1 : 0), home };
  };
}

interface CollectOptions {
  readonly nodes: readonly Node[];
  readonly placements: readonly (Placement | undefined)[];
  readonly storage: Storage;
  readonly exports: readonly Export[];
  readonly backward: boolean;
  readonly forwardCount: number;
  readonly nextValues: ReadonlySet<NodeId>;
}

/** Sorts what is stored and written into stages, phase by phase and level by level. */
function collectStages({
  nodes,
  placements,
  storage,
  exports,
  backward,
  forwardCount,
  nextValues,
}: CollectOptions): Stage[] {
  const values: Export[] = [];
  const products: NodeId[] = [];
  for (const id of storage.stored.keys()) {
    if (id >= forwardCount !== backward) continue;
    const { phase, level, home } = placements[id]!;
    if (isProduct(nodes[id]!)) products.push(id);
    else if (!nextValues.has(id)) values.push({ node: id, to: { kind: "value" }, phase, level, home });
  }
  products.sort((a, b) => a - b);
  const all = [...values, ...exports];
  const stages: Stage[] = [];
  for (const phase of phases) {
    const levels = [
      ...all.filter((one) => one.phase === phase).map((one) => one.level),
      ...products.filter((id) => placements[id]!.phase === phase).map((id) => placements[id]!.level),
    ];
    const last = Math.max(-1, ...levels);
    for (let level = 0; level <= last; level++) {
      const here = products.filter((id) => placements[id]!.phase === phase && placements[id]!.level === level);
      stages.push({
        backward,
        phase,
        level,
        exports: all.filter((one) => one.phase === phase && one.level === level),
        groups: groupByOperand(nodes, here),
        pullbacks: here.filter((id) => nodes[id]!.kind === "pullback"),
      });
    }
  }
  return stages;
}

function groupByOperand(nodes: readonly Node[], ids: readonly NodeId[]): ProductGroup[] {
  const groups = new Map<NodeId, { node: NodeId; matrix: NodeId }[]>();
  for (const id of ids) {
    const node = nodes[id]!;
    if (node.kind !== "product") continue;
    const terms = groups.get(node.vector) ?? [];
    terms.push({ node: id, matrix: node.matrix });
    groups.set(node.vector, terms);
  }
  return [...groups].map(([operand, terms]) => ({ operand, terms }));
}
