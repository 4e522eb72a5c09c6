/**
 * N-gram models with interpolated, modified Kneser–Ney smoothing (Chen and Goodman 1999): what a language model has to beat.
 *
 *     p(w | h) = max(c(h w) − D(c), 0) / c(h ·) + γ(h) p(w | h')        h' is h without its first token
 *
 * c counts occurrences in the highest order and different tokens before h w in the lower ones; D is one of three discounts by whether c is 1, 2 or more;
 * γ(h) is what they took away. Below the order of one token is the uniform distribution.
 */
import { RecurraError, known } from "../util/errors.ts";

export interface NGramOptions {
  /** Tokens of the vocabulary, V. */
  readonly size: number;
  /** Tokens of the longest n-grams. */
  readonly order: number;
}

export interface NGramModel {
  readonly order: number;
  /** p(token | context) by n-grams of at most `order` tokens; the context's last tokens count. */
  probability(context: ArrayLike<number>, token: number, order?: number): number;
  /** Mean nats a token of a text that begins without context; `order` as above. */
  loss(tokens: ArrayLike<number>, order?: number): number;
}

/** N-grams of a text as a tree: the children of a node are the tokens that have followed it. Node 0 is the empty one. */
interface Tree {
  readonly nodes: number;
  /** Occurrences, and different tokens before, of each node. */
  readonly counts: Uint32Array;
  readonly continuations: Uint32Array;
  readonly parents: Int32Array;
  readonly depths: Uint8Array;
  find(parent: number, token: number): number;
}

/** Counts a text's n-grams. Takes about 60 bytes for each different one. Throws `util/bad-argument`. */
export function countNGrams(tokens: ArrayLike<number>, { size, order }: NGramOptions): NGramModel {
  for (const [name, value, most] of [
    ["size", size, 2 ** 30],
    ["order", order, 64],
  ] as const)
    if (!(Number.isInteger(value) && value >= 1 && value <= most))
      throw new RecurraError(
        "util/bad-argument",
        `The ${name} is ${value}; give n-grams a whole number from 1 to ${most}.`,
      );
  const tree = growTree(tokens, { size, order });
  const lower = summarise(tree, tree.continuations);
  const whole = summarise(tree, tree.counts);
  /** Context nodes by length: −1 where that context was never seen. */
  const extend = (contexts: Int32Array, token: number): void => {
    for (let length = order - 1; length > 0; length--)
      contexts[length] = contexts[length - 1]! < 0 ? -1 : tree.find(contexts[length - 1]!, token);
  };
  const start = (): Int32Array => new Int32Array(order).fill(-1).fill(0, 0, 1);
  const probabilityOf = (contexts: Int32Array, token: number, top: number): number => {
    let p = 1 / size;
    for (let length = 0; length < top; length++) {
      const context = contexts[length]!;
      if (context < 0) break;
      p = interpolate(length === top - 1 ? whole : lower, { context, node: tree.find(context, token), p });
    }
    return p;
  };
  const checkOrder = (top: number): void => {
    if (!(Number.isInteger(top) && top >= 1 && top <= order))
      throw new RecurraError("util/bad-argument", `The order is ${top}; n-grams of 1 to ${order} tokens were counted.`);
  };
  return {
    order,
    probability: (context, token, top = order) => {
      checkOrder(top);
      const contexts = start();
      for (let at = Math.max(0, context.length - order + 1); at < context.length; at++) extend(contexts, context[at]!);
      return probabilityOf(contexts, token, top);
    },
    loss: (text, top = order) => {
      checkOrder(top);
      const contexts = start();
      let nats = 0;
      for (let at = 0; at < text.length; at++) {
        nats -= Math.log(probabilityOf(contexts, text[at]!, top));
        extend(contexts, text[at]!);
      }
      return nats / text.length;
    },
  };
}

/** The order from 1 to `most` with the least loss on a second text, with its model. */
export function chooseOrder(
  tokens: ArrayLike<number>,
  other: ArrayLike<number>,
  { size, most }: { readonly size: number; readonly most: number },
): { readonly model: NGramModel; readonly order: number; readonly loss: number } {
  const model = countNGrams(tokens, { size, order: most });
  let best = { order: 1, loss: Infinity };
  for (let order = 1; order <= most; order++) {
    const loss = model.loss(other, order);
    if (loss < best.loss) best = { order, loss };
  }
  return { model, ...best };
}

/** Counts the n-grams of a text, and after how many different tokens each stands. Throws `util/bad-argument`. */
function growTree(tokens: ArrayLike<number>, { size, order }: NGramOptions): Tree {
  const nodes = createNodes();
  /** The nodes of the last 0, 1, … tokens. */
  const last = new Int32Array(order + 1);
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at]!;
    if (!(Number.isInteger(token) && token >= 0 && token < size))
      throw new RecurraError("util/bad-argument", `Token ${token} at ${at} is not one of the ${size} of the n-grams.`);
    for (let length = Math.min(order, at + 1); length > 0; length--)
      last[length] = nodes.child(last[length - 1]!, token);
    for (let length = Math.min(order, at + 1); length > 0; length--)
      if (nodes.count(last[length]!) === 1 && length > 1) nodes.continue(last[length - 1]!);
  }
  return nodes.finish();
}

interface Nodes {
  /** The child of a node by a token, which is made where there is none. */
  child(parent: number, token: number): number;
  /** Counts a node once more, and says how often that was. */
  count(node: number): number;
  /** Counts one more token before a node. */
  continue(node: number): void;
  finish(): Tree;
}

/** Typed arrays that double as nodes are added. */
function createNodes(): Nodes {
  let room = 1024;
  let nodes = 1;
  let counts = new Uint32Array(room);
  let continuations = new Uint32Array(room);
  let parents = new Int32Array(room).fill(-1);
  let labels = new Int32Array(room);
  let depths = new Uint8Array(room);
  /** Nodes by parent and token, open addressing; 0 is an empty place, as no child is the root. */
  let places = new Int32Array(2 * room);
  const placeOf = (parent: number, token: number): number => {
    const mask = places.length - 1;
    let at = (Math.imul(parent, 0x9e3779b1) ^ Math.imul(token + 1, 0x85ebca6b)) & mask;
    at = (at ^ (at >>> 15)) & mask;
    for (;;) {
      const node = places[at]!;
      if (node === 0 || (parents[node] === parent && labels[node] === token)) return at;
      at = (at + 1) & mask;
    }
  };
  const grow = (): void => {
    room *= 2;
    counts = copyInto(new Uint32Array(room), counts);
    continuations = copyInto(new Uint32Array(room), continuations);
    parents = copyInto(new Int32Array(room), parents);
    labels = copyInto(new Int32Array(room), labels);
    depths = copyInto(new Uint8Array(room), depths);
    places = new Int32Array(2 * room);
    for (let node = 1; node < nodes; node++) places[placeOf(parents[node]!, labels[node]!)] = node;
  };
  return {
    child: (parent, token) => {
      const found = places[placeOf(parent, token)]!;
      if (found !== 0) return found;
      if (nodes === room) grow();
      const node = nodes++;
      parents[node] = parent;
      labels[node] = token;
      depths[node] = depths[parent]! + 1;
      places[placeOf(parent, token)] = node;
      return node;
    },
    count: (node) => ++counts[node]!,
    continue: (node) => continuations[node]!++,
    finish: () => ({
      nodes,
      counts,
      continuations,
      parents,
      depths,
      find: (parent, token) => places[placeOf(parent, token)]! || -1,
    }),
  };
}

function copyInto<A extends Uint32Array | Int32Array | Uint8Array>(to: A, from: A): A {
  to.set(from);
  return to;
}

/** What smoothing needs of one kind of count. */
interface Counts {
  readonly counts: Uint32Array;
  readonly depths: Uint8Array;
  /** By context: the sum over its children, and how many of them have the count 1, 2 and more. */
  readonly totals: Uint32Array;
  readonly kinds: readonly [Uint32Array, Uint32Array, Uint32Array];
  /** By the depth of the n-gram: D₁, D₂, D₃₊. */
  readonly discounts: readonly (readonly [number, number, number])[];
}

function summarise({ nodes, parents, depths }: Tree, counts: Uint32Array): Counts {
  const totals = new Uint32Array(nodes);
  const kinds = [new Uint32Array(nodes), new Uint32Array(nodes), new Uint32Array(nodes)] as const;
  const frequencies: number[][] = [];
  for (let node = 1; node < nodes; node++) {
    const count = counts[node]!;
    if (count === 0) continue;
    const parent = parents[node]!;
    totals[parent]! += count;
    kinds[Math.min(count, 3) - 1]![parent]!++;
    const counted = (frequencies[depths[node]!] ??= [0, 0, 0, 0]);
    if (count <= 4) counted[count - 1]!++;
  }
  return { counts, depths, totals, kinds, discounts: Array.from(frequencies, (counted) => discountsOf(counted)) };
}

/** D_k = k − (k + 1) Y n_{k+1} / n_k with Y = n₁ / (n₁ + 2 n₂); where a text is too small or too regular for that, ½, 1 and 1½. */
function discountsOf(frequencies: readonly number[] | undefined): readonly [number, number, number] {
  const [n1 = 0, n2 = 0, n3 = 0, n4 = 0] = frequencies ?? [];
  const y = n1 / (n1 + 2 * n2);
  const discount = (k: number, now: number, next: number): number => {
    const value = k - ((k + 1) * y * next) / now;
    return value > 0 && value < k ? value : k / 2;
  };
  return [discount(1, n1, n2), discount(2, n2, n3), discount(3, n3, n4)];
}

function interpolate(
  { counts, depths, totals, kinds, discounts }: Counts,
  { context, node, p }: { readonly context: number; readonly node: number; readonly p: number },
): number {
  const total = totals[context]!;
  // Nothing is known to have followed this context: the shorter one speaks alone.
  if (total === 0) return p;
  const [d1, d2, d3] = known(discounts[depths[context]! + 1], "the discounts of an order");
  const count = node < 0 ? 0 : counts[node]!;
  const discount = count === 0 ? 0 : count === 1 ? d1 : count === 2 ? d2 : d3;
  const taken = d1 * kinds[0][context]! + d2 * kinds[1][context]! + d3 * kinds[2][context]!;
  return (count - discount + taken * p) / total;
}
