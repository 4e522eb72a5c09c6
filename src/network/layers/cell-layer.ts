/** A cell over the sequence, in one direction or both, with its regularisers, learned first states and residual path. */
import { lowerCell, overRows, sharedLocation } from "../../lower/index.ts";
import type { Cell } from "../../language/index.ts";
import type { Location, LowerMemory, LoweredCell, Statement } from "../../lower/index.ts";
import { known } from "../../util/errors.ts";
import { cellOf, directionsOf, shapeOf, sizesOf } from "../cell-sizes.ts";
import { allocateSignal } from "../signal.ts";
import type { CellLayer } from "../spec.ts";
import { maskCell } from "./cell-masks.ts";
import type { LayerContext, LoweredLayer } from "./layer.ts";

export function lowerCellLayer(layer: CellLayer, context: LayerContext): LoweredLayer {
  const { builder, batch, name, signal, shape } = context;
  const { steps } = signal;
  const directions = directionsOf(layer, context.path);
  const width = shape.outputSize / directions.length;
  // The part of each direction, where their outputs stand side by side.
  const partOf = (whole: Location, i: number): Location =>
    directions.length === 1 ? whole : { ...whole, offset: whole.offset + i * width, columns: width };
  const joined =
    directions.length === 1
      ? undefined
      : allocateSignal(builder, `${name}.output`, { steps, batch, columns: shape.outputSize });
  const runs = directions.map(({ prefix, reverse }, i) => {
    const label = directions.length === 1 ? name : `${name}.${reverse ? "backward" : "forward"}`;
    return lowerDirection(layer, context, {
      prefix,
      reverse,
      label,
      output: joined === undefined ? undefined : partOf(joined, i),
    });
  });
  const produced = joined ?? known(runs[0], "a direction").cell.output;
  const residual = layer.residual === true ? addInput(context, produced) : undefined;

  return {
    output: { location: residual?.output ?? produced, steps },
    packs: runs.flatMap((run) => run.cell.packs),
    begin: runs.flatMap((run) => run.cell.begin),
    attention: new Map(
      runs.flatMap((run) => [...run.cell.attention].map(([name, at]) => [`${run.prefix}.${name}`, at] as const)),
    ),
    forward: [...runs.flatMap((run) => [...run.draws, ...run.cell.forward]), ...(residual?.forward ?? [])],
    finalStates: new Map(
      runs.flatMap((run) =>
        Object.entries(run.cell.finalStates).map(([state, at]) => [`${run.prefix}.${state}`, at] as const),
      ),
    ),
    backward: (outputGradient, finalStates) => {
      const startGradients = new Map<string, Location>();
      const inputGradient = context.inputGradient
        ? allocateSignal(builder, `${name}.dx`, { steps, batch, columns: shape.inputSize })
        : undefined;
      const packs: Statement[] = [];
      const statements: Statement[] = [];
      runs.forEach((run, i) => {
        const inputs =
          inputGradient === undefined ? {} : { x: { to: inputGradient, mode: i === 0 ? "set" : "add" } as const };
        const finals = Object.keys(run.cell.finalStates).flatMap((state) => {
          const gradient = finalStates?.get(`${run.prefix}.${state}`);
          return gradient === undefined ? [] : [[state, gradient] as const];
        });
        const back = run.cell.backward({
          output: partOf(outputGradient, i),
          inputs,
          finalStates: Object.fromEntries(finals),
        });
        if (layer.initialState === "encoder")
          for (const [state, gradient] of Object.entries(back.initialStates))
            startGradients.set(`${run.prefix}.${state}`, gradient);
        packs.push(...back.packs);
        statements.push(...back.statements, ...learnInitialStates(layer, context, run.prefix, back.initialStates));
      });
      if (inputGradient !== undefined) statements.push(...(residual?.back(outputGradient, inputGradient) ?? []));
      return { packs, statements, inputGradient, startGradients };
    },
  };
}

interface Residual {
  readonly output: Location;
  readonly forward: readonly Statement[];
  back(outputGradient: Location, inputGradient: Location): readonly Statement[];
}

/** The layer's input added to what it produced, in a place of its own: the way back may need what was produced. */
function addInput(context: LayerContext, produced: Location): Residual {
  const { builder, batch, name, signal } = context;
  const { columns } = produced;
  const range = { first: 0, count: signal.steps };
  const output = allocateSignal(builder, `${name}.residual`, { steps: signal.steps, batch, columns });
  const forward = `${name}.residual`;
  const back = `${name}.residualBack`;
  return {
    output,
    forward: overRows(
      context,
      { name: forward, range, locations: [produced, signal.location, output] },
      ([from, input, to], rows) => [
        builder.map(forward, { rows, columns }, (map) =>
          map.store(to!, map.apply("add", map.load(from!), map.load(input!))),
        ),
      ],
    ),
    back: (outputGradient, inputGradient) =>
      overRows(context, { name: back, range, locations: [outputGradient, inputGradient] }, ([from, to], rows) => [
        builder.map(back, { rows, columns }, (map) => map.store(to!, map.load(from!), "add")),
      ]),
  };
}

interface Direction {
  readonly prefix: string;
  readonly reverse: boolean;
  readonly label: string;
  readonly output: Location | undefined;
}

interface DirectionRun {
  readonly prefix: string;
  readonly cell: LoweredCell;
  /** Draws the masks of the regularisers. */
  readonly draws: readonly Statement[];
}

function lowerDirection(
  layer: CellLayer,
  context: LayerContext,
  { prefix, reverse, label, output }: Direction,
): DirectionRun {
  const { builder, batch, signal, parameters, shape, lengths, packedRole, weights } = context;
  const plain = cellOf(layer.cell);
  const sizes = sizesOf(layer, shape);
  const { cell, inputs, draws } = maskCell(layer, context, { cell: plain, sizes, label, reverse });
  const own = Object.fromEntries(
    plain.parameters.map(({ name }) => [name, known(parameters.get(layer.ties?.[name] ?? `${prefix}.${name}`), name)]),
  );
  const initialStates = Object.fromEntries(
    plain.states.flatMap((state) => {
      const from = initialState(
        layer,
        context,
        prefix,
        state.name,
        state.shape.length === 0 ? 1 : known(shapeOf(state, sizes)[0], "a size"),
      );
      return from === undefined ? [] : [[state.name, from]];
    }),
  );
  const cellRun = lowerCell({
    builder,
    name: label,
    cell,
    sizes,
    steps: signal.steps,
    batch,
    reverse,
    inputs: { x: signal.location, ...inputs },
    parameters: own,
    memories: memoriesOf(plain, context),
    initialStates,
    // After a pooling there is one step, and every member has it.
    ...(lengths === undefined || !shape.perStep ? {} : { lengths }),
    ...(context.gradient ? { gradient: { inputs: context.inputGradient ? ["x"] : [] } } : {}),
    ...(layer.checkpoint === undefined ? {} : { segment: layer.checkpoint }),
    ...(output === undefined ? {} : { output }),
    ...(packedRole === undefined ? {} : { packedRole }),
    ...(weights === undefined ? {} : { weights }),
    ...(context.clock === undefined ? {} : { clock: context.clock }),
  });
  return { prefix, cell: cellRun, draws };
}

/** Everything that the cell attends to is what the encoder gives. */
function memoriesOf(cell: Cell, { memory }: LayerContext): Readonly<Record<string, LowerMemory>> {
  return Object.fromEntries(
    cell.memories.map(({ name }) => {
      const { location, steps, lengths, gradient } = known(memory, "what a cell attends to");
      const bound = { location, steps, ...(lengths === undefined ? {} : { lengths }) };
      return [name, gradient === undefined ? bound : { ...bound, gradient }];
    }),
  );
}

/** Where a state starts: carried over from the call before, learned, or at the cell's own number. */
function initialState(
  layer: CellLayer,
  context: LayerContext,
  prefix: string,
  state: string,
  columns: number,
): Location | undefined {
  const carried = context.carriedStates?.get(`${prefix}.${state}`);
  if (carried !== undefined) return carried;
  if (layer.initialState === "encoder") return context.startStates?.get(`${prefix}.${state}`);
  if (layer.initialState !== "learned") return undefined;
  const { value } = known(context.parameters.get(`${prefix}.initial.${state}`), "a learned first state");
  return sharedLocation(value, { columns, isNumber: columns === 1 });
}

/** The gradient of a learned first state: the sum over members. */
function learnInitialStates(
  layer: CellLayer,
  context: LayerContext,
  prefix: string,
  gradients: Readonly<Record<string, Location>>,
): readonly Statement[] {
  if (layer.initialState !== "learned" || context.carriedStates !== undefined) return [];
  return Object.entries(gradients).flatMap(([state, from]) => {
    const to = context.parameters.get(`${prefix}.initial.${state}`)?.gradient;
    if (to === undefined) return [];
    const isNumber = from.columnStride === 0;
    const target = sharedLocation(to, { columns: from.columns, isNumber });
    const name = `${context.name}.learn.${state}`;
    return overRows(
      context,
      { name, range: { first: 0, count: 1 }, locations: [{ ...from, stepStride: 0 }, target] },
      ([source, sum], rows) => [
        context.builder.map(name, { rows, columns: from.columns }, (map) => map.store(sum!, map.load(source!), "add")),
      ],
    );
  });
}
