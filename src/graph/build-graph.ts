/** Puts a graph together, node by node, and keeps names apart. */
import { RecurraError } from "../util/errors.ts";
import { createNames } from "../util/names.ts";
import type { Attribute, Graph, GraphNode, RecurrentNode, ValueInfo, ValueName } from "./graph.ts";
import type { Tensor } from "./tensor.ts";

export interface OperatorOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Of the node; made from the operator's name if absent. */
  readonly name?: string | undefined;
  /** Names of its outputs ("" for those that nobody asks for), or how many of the builder's own making: 1. */
  readonly outputs?: readonly ValueName[] | number;
}

export interface GraphBuilder {
  input(info: ValueInfo): ValueName;
  /** `name` is what the constant is called where that is free. */
  constant(tensor: Tensor, name?: string): ValueName;
  /** The first output of the operator. */
  operator(operator: string, inputs: readonly ValueName[], options?: OperatorOptions): ValueName;
  /** All outputs of the operator. */
  operators(operator: string, inputs: readonly ValueName[], options?: OperatorOptions): readonly ValueName[];
  recurrent(node: Omit<RecurrentNode, "kind">): void;
  /** A name that nothing has yet; it begins as asked. */
  name(wanted: string): ValueName;
  finish(outputs: readonly ValueInfo[]): Graph;
}

/** A builder of a graph of this name; `prefix` stands before all names of its own making. A value that is defined twice throws `graph/defined-twice`. */
export function createGraphBuilder(graphName: string, prefix = ""): GraphBuilder {
  const inputs: ValueInfo[] = [];
  const constants = new Map<ValueName, Tensor>();
  const nodes: GraphNode[] = [];
  const taken = createNames();
  const nodeNames = createNames();
  const reserve = (wanted: string): ValueName => taken.take(prefix + wanted);
  const define = (name: ValueName): ValueName => {
    if (taken.has(name))
      throw new RecurraError(
        "graph/defined-twice",
        `The value ${JSON.stringify(name)} is defined twice in graph ${graphName}; every value needs a name of its own.`,
      );
    taken.add(name);
    return name;
  };
  const operators = (
    operator: string,
    from: readonly ValueName[],
    options: OperatorOptions = {},
  ): readonly ValueName[] => {
    const name = nodeNames.take(options.name ?? prefix + operator);
    const { outputs = 1 } = options;
    const names =
      typeof outputs === "number"
        ? Array.from({ length: outputs }, () => reserve(options.name ?? operator))
        : outputs.map((output) => (output === "" ? "" : define(output)));
    nodes.push({
      kind: "operator",
      name,
      operator,
      inputs: from,
      outputs: names,
      attributes: options.attributes ?? {},
    });
    return names;
  };
  return {
    input: (info) => {
      define(info.name);
      inputs.push(info);
      return info.name;
    },
    constant: (tensor, wanted = "constant") => {
      const name = reserve(wanted);
      constants.set(name, tensor);
      return name;
    },
    operators,
    operator: (operator, from, options) => operators(operator, from, options)[0] ?? "",
    recurrent: (node) => {
      for (const output of [node.outputs.sequence, ...Object.values(node.outputs.states)])
        if (output !== undefined) define(output);
      nodes.push({ kind: "recurrent", ...node, name: nodeNames.take(node.name) });
    },
    name: taken.free,
    finish: (outputs) => ({ name: graphName, inputs, outputs, constants, nodes }),
  };
}
