/** Nodes whose operator is one of the graph's, with attributes that mean the same. */
import type { Attribute, ValueName } from "../../graph/graph.ts";
import { operators } from "../../graph/operators/index.ts";
import type { AttributeKind } from "../../graph/operators/operator.ts";
import { elementTypes, otherTypes } from "./data-types.ts";
import type { NodeWriter } from "./node.ts";

/** Names without those at the end that are left out. */
export function withoutTail(names: readonly ValueName[]): readonly ValueName[] {
  return names.slice(0, names.findLastIndex((name) => name !== "") + 1);
}

/** Writes the node as it stands. Throws `onnx/unknown-operator` through `fail` where there is no such operator. */
export function passThrough(writer: NodeWriter, name: string = writer.node.op): void {
  const operator = operators.get(name) ?? writer.unknown();
  const attributes: Record<string, Attribute> = {};
  for (const [attribute, kind] of Object.entries(operator.attributes)) {
    const value = writer.attributes.has(attribute) ? readKind(writer, attribute, kind) : undefined;
    if (value !== undefined) attributes[attribute] = value;
  }
  writer.emit(name, withoutTail(writer.node.inputs), { attributes, outputs: writer.node.outputs });
}

function readKind({ attributes, fail }: NodeWriter, name: string, kind: AttributeKind): Attribute | undefined {
  switch (kind) {
    case "number":
      return attributes.number(name);
    case "integer":
      return attributes.integer(name);
    case "text":
      return attributes.text(name);
    case "numbers":
      return attributes.numbers(name);
    case "integers":
      return attributes.integers(name);
    case "tensor":
      return attributes.tensor(name);
    case "graph":
      return attributes.graph(name);
    case "type": {
      const number = attributes.integer(name) ?? 0;
      // Undefined stands for "as usual" where an attribute may be left out.
      if (number === 0) return undefined;
      return elementTypes[number] ?? fail(`the type ${otherTypes[number] ?? number} is not supported`);
    }
  }
}
