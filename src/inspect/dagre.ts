/** The part of Dagre that is used, with its types: those it comes with do not resolve under Node's rules for modules. */
import { Graph, layout } from "@dagrejs/dagre";

/** Sizes go in with the nodes; after the layout the same objects have the centre too. */
export interface LayoutNode {
  readonly width: number;
  readonly height: number;
  readonly x?: number;
  readonly y?: number;
}

export interface LayoutEdge {
  readonly minlen: number;
  readonly weight: number;
  /** After the layout: where it leaves its source, the points between, and where it enters its target. */
  readonly points?: readonly { readonly x: number; readonly y: number }[];
}

export interface LayoutGraph {
  setGraph(options: Readonly<Record<string, number | string>>): void;
  setNode(id: string, node: LayoutNode): void;
  setEdge(from: string, to: string, edge: LayoutEdge, name: string): void;
  node(id: string): LayoutNode;
  edge(edge: { readonly v: string; readonly w: string; readonly name: string }): LayoutEdge;
  graph(): { readonly width?: number; readonly height?: number };
}

/** A graph whose edges are told apart by name. */
export function createLayoutGraph(): LayoutGraph {
  const create = Graph as unknown as new (options: { readonly multigraph: boolean }) => LayoutGraph;
  return new create({ multigraph: true });
}

/** Gives every node its place and every edge its points. */
export function runLayout(graph: LayoutGraph): void {
  (layout as unknown as (graph: LayoutGraph) => void)(graph);
}
