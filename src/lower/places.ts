/** Gives every stored value of a cell its place: states with a slot for each step, groups of products side by side, everything else a buffer of its own. */
import type { Derivation } from "../derive/index.ts";
import type { Node, NodeId, Shape } from "../language/index.ts";
import { assert, known } from "../util/errors.ts";
import { copyStep, fillStep } from "./fill.ts";
import type { BackwardOptions, LowerCellOptions } from "./cell.ts";
import type { BufferId, Statement } from "./ir.ts";
import { padTo4 } from "./location.ts";
import type { Location } from "./location.ts";
import type { Matrix } from "./matrix.ts";

export interface Places {
  /** The place of a leaf or of a stored value. */
  of(id: NodeId): Location;
  /** As `of`, or undefined: a gradient that was not handed in, which is zero. */
  find(id: NodeId): Location | undefined;
  matrix(id: NodeId): Matrix & { readonly name: string; readonly gradient: BufferId | undefined };
  /** The row that the results of a group of products share. */
  productGroup(nodes: readonly NodeId[]): Location;
  /** The adjoints that a pullback reads, side by side, and its terms. */
  pullback(id: NodeId): { readonly group: Location; readonly terms: readonly { readonly matrix: NodeId }[] };
  /** The adjoints of a group of products, side by side, and the first column of each; only one of the groups that share a place writes it. */
  slots(group: number, once: boolean): { readonly location: Location; readonly firsts: readonly number[]; readonly isOwner: boolean };
  previous(state: string): Location;
  next(state: string): Location;
  readonly output: Location;
  /** Whether the output is a state's place, so that nothing needs to be written. */
  readonly outputIsState: boolean;
  /** Whether the output's place is also that of its value as a later stage reads it. */
  readonly outputIsKept: boolean;
  readonly finalStates: Readonly<Record<string, Location>>;
  /** Sets the first values of states. */
  initialise(): readonly Statement[];
  beginGradient(back: BackwardOptions): { initialise(): readonly Statement[]; readonly initialStates: Readonly<Record<string, Location>> };
  /** Of the gradient, after `beginGradient`. */
  carry(state: string): { readonly read: Location; readonly write: Location; readonly isPullback: boolean };
  sharedSum(id: NodeId): Location;
  inputGradient(name: string): { readonly to: Location; readonly mode: "set" | "add" } | undefined;
  parameterGradient(name: string): Location;
}

export function createPlaces(options: LowerCellOptions, derivation: Derivation): Places {
  const { builder, batch, steps, sizes, cell, name } = options;
  const { nodes, gradient, stored } = derivation;
  const segment = Math.min(options.segment ?? steps, steps);
  const locations = new Map<NodeId, Location>();
  const groups = new Map<string, Location>();
  const slotGroups = new Map<string, { location: Location; firsts: readonly number[]; owner: NodeId }>();
  const states = new Map<string, Location>();
  const carries = new Map<string, { read: Location; write: Location; isPullback: boolean }>();
  const sums = new Map<NodeId, Location>();
  let back: BackwardOptions | undefined;

  const sizeOf = (shape: Shape, axis: number): number => {
    const dimension = shape[axis];
    if (dimension === undefined) return 1;
    return typeof dimension === "number" ? dimension : known(sizes[dimension], `the size of ${dimension}`);
  };

  // A place for rows of `columns` numbers: once, for a step's members, or for all members of a segment's steps.
  const allocate = (label: string, extent: "shared" | "step" | "sequence", columns: number, isNumber: boolean): Location => {
    const pitch = isNumber ? 1 : padTo4(columns);
    const rows = extent === "shared" ? 1 : extent === "step" ? batch : batch * segment;
    const shape = extent === "shared" ? [columns] : extent === "step" ? [batch, columns] : [segment, batch, columns];
    const buffer = builder.buffer({ name: `${name}.${label}`, length: rows * pitch, role: "scratch", shape });
    return {
      buffer,
      offset: 0,
      stepStride: extent === "sequence" ? batch * pitch : 0,
      rowStride: extent === "shared" ? 0 : pitch,
      columnStride: isNumber ? 0 : 1,
      columns,
      padded: !isNumber,
      local: segment < steps,
    };
  };

  const labelOf = (id: NodeId): string => {
    for (const [label, node] of cell.graph.names) if (node === id) return label;
    const node = nodes[id]!;
    return node.kind === "apply" ? `${node.operation}${id}` : `${node.kind}${id}`;
  };

  // A state's slots: one for each step and one more; step t reads slot t and writes slot t + 1 (reversed: the other way round).
  const stateSlots = (label: string, shape: Shape, padded: boolean): Location => {
    const columns = sizeOf(shape, 0);
    const pitch = padded && shape.length > 0 ? padTo4(columns) : columns;
    const buffer = builder.buffer({ name: `${name}.${label}`, length: (steps + 1) * batch * pitch, role: "scratch", shape: [steps + 1, batch, columns] });
    return { buffer, offset: 0, stepStride: batch * pitch, rowStride: pitch, columnStride: shape.length === 0 ? 0 : 1, columns, padded: pitch > columns, local: false };
  };
  const later = (slots: Location): Location => ({ ...slots, offset: slots.offset + slots.stepStride });
  const before = (slots: Location): Location => (options.reverse ? later(slots) : slots);
  const after = (slots: Location): Location => (options.reverse ? slots : later(slots));
  const firstSlot = (slots: Location): Location => ({ ...slots, offset: options.reverse ? steps * slots.stepStride : 0, stepStride: 0 });
  const lastSlot = (slots: Location): Location => ({ ...slots, offset: options.reverse ? 0 : steps * slots.stepStride, stepStride: 0 });

  for (const state of cell.states) states.set(state.name, stateSlots(state.name, state.shape, false));
  const stateOf = (state: string): Location => known(states.get(state), `state ${state}`);
  for (const [state, id] of cell.graph.next) if (isElementwise(nodes[id]!) && !locations.has(id)) locations.set(id, after(stateOf(state)));

  const parameterOf = (id: NodeId): Location => {
    const node = nodes[id]!;
    assert(node.kind === "parameter" && node.shape.length < 2, "a vector or number parameter");
    return sharedPlace(known(options.parameters[node.name], `parameter ${node.name}`).value, node.shape);
  };
  const sharedPlace = (buffer: BufferId, shape: Shape): Location => ({
    buffer, offset: 0, stepStride: 0, rowStride: 0, columnStride: shape.length === 0 ? 0 : 1, columns: sizeOf(shape, 0), padded: false, local: false,
  });

  const sideBySide = (location: Location, heights: readonly number[]): Location[] => {
    let first = 0;
    return heights.map((height) => {
      const part = { ...location, offset: location.offset + first, columns: height };
      first += padTo4(height);
      return part;
    });
  };

  for (const stage of [...derivation.forward, ...derivation.backward]) {
    for (const { terms } of stage.groups) {
      const extents = terms.map((term) => known(stored.get(term.node), "a product's extent"));
      const extent = extents.includes("sequence") ? "sequence" : extents[0]!;
      const heights = terms.map((term) => sizeOf(nodes[term.node]!.shape, 0));
      const width = heights.reduce((sum, height) => sum + padTo4(height), 0);
      const label = terms.map((term) => nameOf(nodes[term.matrix]!)).join("+");
      const location = allocate(`products.${label}`, extent, width, false);
      groups.set(terms.map((term) => term.node).join(), location);
      sideBySide(location, heights).forEach((part, i) => {
        if (!locations.has(terms[i]!.node)) locations.set(terms[i]!.node, part);
      });
    }
  }

  // Groups with the same adjoints share a place; so does one whose adjoints follow one another within a larger group's.
  const slotKey = (adjoints: readonly NodeId[], once: boolean): string => `${once} ${adjoints.join()}`;
  const allSlots = [...derivation.products.map((one) => ({ ...one, once: false })), ...derivation.onceProducts.map((one) => ({ ...one, once: true }))];
  const owners: { readonly adjoints: readonly NodeId[]; readonly once: boolean; readonly parts: readonly Location[] }[] = [];
  for (const { operand, terms, once } of [...allSlots].sort((one, other) => other.terms.length - one.terms.length)) {
    const adjoints = terms.map((term) => term.adjoint);
    const key = slotKey(adjoints, once);
    const owner = owners.find((one) => one.once === once && runWithin(adjoints, one.adjoints) >= 0);
    if (owner !== undefined) {
      const start = runWithin(adjoints, owner.adjoints);
      const parts = owner.parts.slice(start, start + terms.length);
      slotGroups.set(key, { location: parts[0]!, firsts: parts.map((part) => part.offset - parts[0]!.offset), owner: slotGroups.get(key)?.owner ?? -1 });
      continue;
    }
    const heights = terms.map((term) => sizeOf(nodes[term.matrix]!.shape, 0));
    const label = terms.map((term) => nameOf(nodes[term.matrix]!)).join("+");
    const location = allocate(`adjoints.${label}`, once ? "shared" : "sequence", heights.reduce((sum, height) => sum + padTo4(height), 0), false);
    const parts = sideBySide(location, heights);
    owners.push({ adjoints, once, parts });
    slotGroups.set(key, { location, firsts: parts.map((part) => part.offset), owner: operand });
    terms.forEach(({ adjoint }, i) => {
      const shaped = nodes[adjoint]!.shape.length > 0;
      if (stored.has(adjoint) && shaped && !locations.has(adjoint)) locations.set(adjoint, parts[i]!);
    });
  }
  const slots: Places["slots"] = (group, once) => {
    const { operand, terms } = known((once ? derivation.onceProducts : derivation.products)[group], "a group of products");
    const { location, firsts, owner } = known(slotGroups.get(slotKey(terms.map((term) => term.adjoint), once)), "the adjoints' place");
    return { location, firsts, isOwner: owner === operand };
  };

  const outputState = cell.states.find((state) => cell.graph.next.get(state.name) === cell.graph.output && state.shape.length > 0);
  const outputIsState = options.lengths === undefined && options.output === undefined && outputState !== undefined;
  const outputColumns = sizeOf(cell.output.shape, 0);
  const output: Location = outputIsState
    ? after(stateOf(outputState.name))
    : (options.output ?? {
        buffer: builder.buffer({ name: `${name}.output`, length: steps * batch * outputColumns, role: "scratch", shape: [steps, batch, outputColumns] }),
        offset: 0, stepStride: batch * outputColumns, rowStride: outputColumns, columnStride: cell.output.shape.length === 0 ? 0 : 1, columns: outputColumns, padded: false, local: false,
      });

  // An output that is kept for the way back is kept where it goes anyway.
  const outputIsKept = isElementwise(nodes[cell.graph.output]!) && stored.get(cell.graph.output) === "sequence" && !locations.has(cell.graph.output);
  if (outputIsKept) locations.set(cell.graph.output, output);

  const find = (id: NodeId): Location | undefined => {
    const known_ = locations.get(id);
    if (known_ !== undefined) return known_;
    const node = nodes[id]!;
    switch (node.kind) {
      case "input":
        return known(options.inputs[node.name], `input ${node.name}`);
      case "state":
        return before(stateOf(node.name));
      case "parameter":
        return parameterOf(id);
      case "adjoint":
        if (node.of === "output") return back?.output;
        return node.of === "next" ? known(carries.get(node.name), `the gradient of ${node.name}`).read : sums.get(Number(node.name));
      default: {
        const extent = known(stored.get(id), `the place of ${labelOf(id)}`);
        const isNumber = node.shape.length === 0;
        const location = allocate(id < derivation.forwardCount ? labelOf(id) : `d.${labelOf(id)}`, extent, sizeOf(node.shape, 0), isNumber);
        locations.set(id, location);
        return location;
      }
    }
  };
  const of = (id: NodeId): Location => known(find(id), `the place of ${labelOf(id)}`);

  const carryPlace = (state: string, id: NodeId): { read: Location; write: Location; isPullback: boolean; slots: Location | undefined } => {
    const leaf = nodes.findIndex((node) => node.kind === "adjoint" && node.of === "next" && node.name === state);
    const reads = (derivation.reads.get(leaf) ?? []).filter((stage) => stage.backward);
    const stage = known(derivation.backward.find((one) => one.exports.some(({ to }) => to.kind === "carry" && to.state === state)), "the stage that carries");
    const within = (level: number): boolean => stage.phase === "loop" && reads.every((read) => read.phase === "loop" && read.level <= level);
    const shape = known(cell.states.find((one) => one.name === state), state).shape;
    if (nodes[id]!.kind === "pullback" && stored.get(id) === "step" && options.lengths === undefined && within(stage.level - 1)) {
      const location = of(id);
      if (![...carries.values()].some((other) => other.write === location)) return { read: location, write: location, isPullback: true, slots: undefined };
    }
    // Loads of a map come before its stores, column by column; a number is read in every column, and by maps of other dimensions.
    if (within(shape.length === 0 ? stage.level - 1 : stage.level)) {
      const location = { ...allocate(`d.${state}`, "step", sizeOf(shape, 0), shape.length === 0), local: false };
      return { read: location, write: location, isPullback: false, slots: undefined };
    }
    const all = stateSlots(`d.${state}`, shape, true);
    return { read: after(all), write: before(all), isPullback: false, slots: all };
  };

  const places: Places = {
    of,
    find,
    matrix: (id) => {
      const node = nodes[id]!;
      assert(node.kind === "parameter" && node.shape.length === 2, "a matrix parameter");
      const { value, gradient: to } = known(options.parameters[node.name], `parameter ${node.name}`);
      return { name: node.name, buffer: value, gradient: to, rows: sizeOf(node.shape, 0), columns: sizeOf(node.shape, 1) };
    },
    productGroup: (ids) => known(groups.get(ids.join()), "the products' place"),
    pullback: (id) => {
      const node = nodes[id]!;
      assert(node.kind === "pullback", "a pullback");
      const once = derivation.placements[id]!.phase === "once";
      return { group: known(slotGroups.get(slotKey(node.terms.map((term) => term.vector), once)), "the adjoints' place").location, terms: node.terms };
    },
    slots,
    previous: (state) => before(stateOf(state)),
    next: (state) => after(stateOf(state)),
    output,
    outputIsState,
    outputIsKept,
    finalStates: Object.fromEntries(cell.states.map((state) => [state.name, lastSlot(stateOf(state.name))])),
    initialise: () =>
      cell.states.flatMap((state) => {
        const first = firstSlot(stateOf(state.name));
        const from = options.initialStates?.[state.name];
        const label = `${name}.first.${state.name}`;
        return from === undefined ? [fillStep({ builder, batch }, label, first, cell.options.initialStates?.[state.name] ?? 0)] : copyStep({ builder, batch }, label, from, first);
      }),
    beginGradient: (given) => {
      back = given;
      const start: Statement[] = [];
      const initialStates: Record<string, Location> = {};
      for (const [state, id] of gradient.states) {
        const { slots: all, ...carry } = carryPlace(state, id);
        carries.set(state, carry);
        initialStates[state] = all === undefined ? { ...carry.write, stepStride: 0 } : firstSlot(all);
        const last = all === undefined ? carry.read : lastSlot(all);
        const from = given.finalStates?.[state];
        const label = `${name}.last.d.${state}`;
        start.push(...(from === undefined ? [fillStep({ builder, batch }, label, last, 0)] : copyStep({ builder, batch }, label, from, last)));
      }
      const summed = new Set(derivation.backward.flatMap((stage) => stage.exports.flatMap(({ to }) => (to.kind === "shared" ? [to.of] : []))));
      for (const id of summed) {
        const node = nodes[id]!;
        const direct = node.kind === "parameter" && isLeafOf(nodes, gradient.once.parameters.get(node.name), id);
        const to = node.kind === "parameter" ? options.parameters[node.name]?.gradient : undefined;
        if (direct) {
          if (to !== undefined) sums.set(id, sharedPlace(to, node.shape));
          continue;
        }
        const sum = { ...allocate(`sum.${labelOf(id)}`, "shared", sizeOf(node.shape, 0), node.shape.length === 0), padded: false, local: false };
        sums.set(id, sum);
        start.push(fillStep({ builder, batch: 1 }, `${name}.zero.${labelOf(id)}`, sum, 0));
      }
      for (const [input, { to, mode }] of Object.entries(given.inputs)) {
        const id = gradient.inputs.get(input);
        if (id === undefined && mode === "set") start.push({ kind: "fill", name: `${name}.d.${input}`, buffer: to.buffer, offset: { constant: to.offset, terms: [] }, length: (steps - 1) * to.stepStride + (batch - 1) * to.rowStride + to.columns, value: 0 });
        if (id !== undefined && nodes[id]!.kind === "pullback" && mode === "set" && to.columns % 4 === 0 && stored.get(id) === "sequence" && !locations.has(id)) locations.set(id, to);
      }
      return { initialise: () => start, initialStates };
    },
    carry: (state) => known(carries.get(state), `the gradient of ${state}`),
    sharedSum: (id) => known(sums.get(id), "the sum of a shared gradient"),
    inputGradient: (input) => back?.inputs[input],
    parameterGradient: (parameter) => {
      const node = nodes.find((one) => one.kind === "parameter" && one.name === parameter);
      return sharedPlace(known(known(options.parameters[parameter], parameter).gradient, `the gradient of ${parameter}`), known(node, parameter).shape);
    },
  };
  return places;
}

function isElementwise(node: Node): boolean {
  return node.kind === "apply" || node.kind === "reduce";
}

function nameOf(node: Node): string {
  return node.kind === "parameter" ? node.name : node.kind;
}

/** Where `part` stands as a run within `whole`, or -1. */
function runWithin(part: readonly NodeId[], whole: readonly NodeId[]): number {
  for (let start = 0; start + part.length <= whole.length; start++) {
    if (part.every((id, i) => whole[start + i] === id)) return start;
  }
  return -1;
}

/** Whether `id` is the bare sum of shared node `of`'s gradient. */
export function isLeafOf(nodes: readonly Node[], id: NodeId | undefined, of: NodeId): boolean {
  const node = id === undefined ? undefined : nodes[id];
  return node?.kind === "adjoint" && node.of === "shared" && node.name === String(of);
}
