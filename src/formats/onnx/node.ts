/** A node of an ONNX file, and what its reader writes into the graph. */
import type { Attribute, Graph, RecurrentNode, ValueName } from "../../graph/graph.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { nodeError } from "./fail.ts";
import { readTensor } from "./read-tensor.ts";
import type { ExternalFiles } from "./read-tensor.ts";
import type { AttributeProto } from "./schema/onnx.ts";

/** `ai.onnx` is the long name of "". */
export function domainOf(name: string): string {
  return name === "ai.onnx" ? "" : name;
}

export interface OnnxNode {
  /** Its own, or made from its operator and place. */
  readonly name: string;
  readonly op: string;
  /** "" is ONNX's own. */
  readonly domain: string;
  readonly inputs: readonly ValueName[];
  readonly outputs: readonly ValueName[];
  readonly attributes: ReadonlyMap<string, AttributeProto>;
}

/** The attributes of a node by their types. Each that is asked for counts as understood; `checkAllRead` throws for the others. */
export interface AttributeReader {
  has(name: string): boolean;
  number(name: string): number | undefined;
  integer(name: string): number | undefined;
  text(name: string): string | undefined;
  numbers(name: string): readonly number[] | undefined;
  integers(name: string): readonly number[] | undefined;
  texts(name: string): readonly string[] | undefined;
  tensor(name: string): Tensor | undefined;
  graph(name: string): Graph | undefined;
  /** Counts attributes as understood that change nothing here. */
  ignore(...names: readonly string[]): void;
  checkAllRead(): void;
}

const [float, int, string, tensor, graph, floats, ints, strings] = [1, 2, 3, 4, 5, 6, 7, 8];

export interface AttributeContext {
  readonly files: ExternalFiles;
  readonly readBody: (proto: NonNullable<AttributeProto["g"]>, node: OnnxNode) => Graph;
}

export function createAttributeReader(node: OnnxNode, { files, readBody }: AttributeContext): AttributeReader {
  const read = new Set<string>();
  const find = (name: string, type: number, what: string): AttributeProto | undefined => {
    const proto = node.attributes.get(name);
    read.add(name);
    if (proto === undefined) return undefined;
    // The oldest files do not say the type: then the field that is there counts.
    if (proto.type !== 0 && proto.type !== type) throw nodeError(node, `attribute ${name} must be ${what}`);
    return proto;
  };
  const whole = (name: string, value: bigint): number => {
    const number = Number(value);
    if (Number.isSafeInteger(number)) return number;
    // The largest integers stand for "to the end"; nothing here tells one of those from another.
    return number < 0 ? -Number.MAX_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
  };
  return {
    has: (name) => node.attributes.has(name),
    number: (name) => find(name, float, "a number")?.f,
    integer: (name) => {
      const proto = find(name, int, "a whole number");
      return proto === undefined ? undefined : whole(name, proto.i);
    },
    text: (name) => {
      const proto = find(name, string, "a text");
      return proto === undefined ? undefined : new TextDecoder().decode(proto.s);
    },
    numbers: (name) => find(name, floats, "a list of numbers")?.floats,
    integers: (name) => find(name, ints, "a list of whole numbers")?.ints.map((value) => whole(name, value)),
    texts: (name) => find(name, strings, "a list of texts")?.strings.map((bytes) => new TextDecoder().decode(bytes)),
    tensor: (name) => {
      const proto = find(name, tensor, "a tensor")?.t;
      return proto === undefined ? undefined : readTensor(proto, files);
    },
    graph: (name) => {
      const proto = find(name, graph, "a graph")?.g;
      return proto === undefined ? undefined : readBody(proto, node);
    },
    ignore: (...names) => {
      for (const name of names) read.add(name);
    },
    checkAllRead: () => {
      for (const name of node.attributes.keys())
        if (!read.has(name)) throw nodeError(node, `attribute ${name} is not one that Recurra knows`);
    },
  };
}

export interface EmitOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** Of values that the file names; one value of a name of its own if absent. */
  readonly outputs?: readonly ValueName[] | number;
  /** What is added to the node's name. */
  readonly part?: string;
}

/** What a converter of a node has to work with. */
export interface NodeWriter {
  readonly node: OnnxNode;
  /** Of the operator set of the node's domain. */
  readonly version: number;
  readonly attributes: AttributeReader;
  /** Writes an operator; gives the names of its outputs. */
  emit(operator: string, inputs: readonly ValueName[], options?: EmitOptions): readonly ValueName[];
  recurrent(node: Omit<RecurrentNode, "kind" | "name">, part: string): void;
  constant(value: Tensor, part?: string): ValueName;
  /** A constant of the name that the file gives it. */
  namedConstant(name: ValueName, value: Tensor): void;
  /** A name that nothing has. */
  fresh(part: string): ValueName;
  /** The value of a name that stands for a constant, in this graph or around it. */
  constantOf(name: ValueName): Tensor | undefined;
  /** The name of an input, or undefined where it is left out. */
  input(at: number): ValueName | undefined;
  /** The name of an output, or undefined where nobody asks for it. */
  output(at: number): ValueName | undefined;
  fail(what: string): never;
  /** Throws `onnx/unknown-operator`. */
  unknown(): never;
}
