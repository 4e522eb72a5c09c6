/** A cell over the sequence, in one direction or both, with its regularisers, learned first states and residual path. */
import { lowerCell, overRows } from "../../lower/index.ts";
import type { Location, LoweredCell, Statement } from "../../lower/index.ts";
import type { Cell } from "../../language/index.ts";
import { known } from "../../util/errors.ts";
import { cellOf, directionsOf, shapeOf, sizesOf } from "../describe.ts";
import { dropName, keepName, withRecurrentDropout, withZoneout } from "../regularise.ts";
import { allocateSignal } from "../signal.ts";
import type { CellLayer } from "../spec.ts";
import { dropoutMask, drawUniform } from "./dropout.ts";
import type { LayerContext, LoweredLayer } from "./layer.ts";

export function lowerCellLayer(layer: CellLayer, context: LayerContext): LoweredLayer {
  const { builder, batch, name, signal, shape } = context;
  const { steps } = signal;
  const directions = directionsOf(layer, context.index);
  const columns = shape.outputSize;
  const joined = directions.length > 1 || layer.residual === true;
  const output = joined ? allocateSignal(builder, `${name}.output`, { steps, batch, columns }) : undefined;
  const width = columns / directions.length;
  const runs = directions.map(({ prefix, reverse }, i) => {
    const part = directions.length > 1 ? { ...known(output, "the output"), offset: i * width, columns: width } : undefined;
    return lowerDirection(layer, context, { prefix, reverse, label: directions.length > 1 ? `${name}.${reverse ? "backward" : "forward"}` : name, output: part });
  });
  const alone = known(runs[0], "a direction");
  const residual = layer.residual === true ? known(output, "the output") : undefined;
  const produced = directions.length > 1 ? known(output, "the output") : alone.cell.output;
  const range = { first: 0, count: steps };
  const addInput: readonly Statement[] =
    residual === undefined
      ? []
      : overRows(context, { name: `${name}.residual`, range, locations: [produced, signal.location, residual] }, ([from, input, to], rows) => [
          builder.map(`${name}.residual`, { rows, columns }, (map) => map.store(to!, map.apply("add", map.load(from!), map.load(input!)))),
        ]);

  return {
    output: { location: residual ?? produced, steps },
    packs: runs.flatMap((run) => run.cell.packs),
    forward: [...runs.flatMap((run) => [...run.masks, ...run.cell.forward]), ...addInput],
    finalStates: new Map(runs.flatMap((run) => Object.entries(run.cell.finalStates).map(([state, at]) => [`${run.prefix}.${state}`, at] as const))),
    backward: (outputGradient) => {
      const inputGradient = context.inputGradient ? allocateSignal(builder, `${name}.dx`, { steps, batch, columns: shape.inputSize }) : undefined;
      const packs: Statement[] = [];
      const statements: Statement[] = [];
      runs.forEach((run, i) => {
        const part = directions.length > 1 ? { ...outputGradient, offset: outputGradient.offset + i * width, columns: width } : outputGradient;
        const inputs = inputGradient === undefined ? {} : { x: { to: inputGradient, mode: i === 0 ? "set" : "add" } as const };
        const back = run.cell.backward({ output: part, inputs });
        packs.push(...back.packs);
        statements.push(...back.statements, ...learnInitialStates(layer, context, run.prefix, back.initialStates));
      });
      if (layer.residual === true && inputGradient !== undefined) {
        statements.push(
          ...overRows(context, { name: `${name}.residualBack`, range, locations: [outputGradient, inputGradient] }, ([from, to], rows) => [
            builder.map(`${name}.residualBack`, { rows, columns }, (map) => map.store(to!, map.load(from!), "add")),
          ]),
        );
      }
      return { packs, statements, inputGradient };
    },
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
  readonly masks: readonly Statement[];
}

function lowerDirection(layer: CellLayer, context: LayerContext, { prefix, reverse, label, output }: Direction): DirectionRun {
  const { builder, batch, signal, parameters, shape, lengths, packedRole } = context;
  const plain = cellOf(layer.cell);
  const sizes = sizesOf(layer, shape.inputSize);
  const { cell, inputs, masks } = regularise(layer, context, plain, sizes, { label, reverse });
  const own = Object.fromEntries(plain.parameters.map(({ name }) => [name, known(parameters.get(layer.ties?.[name] ?? `${prefix}.${name}`), name)]));
  const initialStates = Object.fromEntries(plain.states.flatMap((state) => {
    const from = initialState(layer, context, prefix, state.name, state.shape.length === 0 ? 1 : known(shapeOf(state, sizes)[0], "a size"));
    return from === undefined ? [] : [[state.name, from]];
  }));
  const cellRun = lowerCell({
    builder, name: label, cell, sizes, steps: signal.steps, batch, reverse,
    inputs: { x: signal.location, ...inputs },
    parameters: own,
    initialStates,
    // After a pooling there is one step, and every member has it.
    ...(lengths === undefined || !shape.perStep ? {} : { lengths }),
    ...(context.gradient ? { gradient: { inputs: context.inputGradient ? ["x"] : [] } } : {}),
    ...(layer.checkpoint === undefined ? {} : { segment: layer.checkpoint }),
    ...(output === undefined ? {} : { output }),
    ...(packedRole === undefined ? {} : { packedRole }),
    ...(context.clock === undefined ? {} : { clock: context.clock }),
  });
  return { prefix, cell: cellRun, masks };
}

/** Where a state starts: carried over from the call before, learned, or at the cell's own number. */
function initialState(layer: CellLayer, context: LayerContext, prefix: string, state: string, columns: number): Location | undefined {
  const carried = context.carriedStates?.get(`${prefix}.${state}`);
  if (carried !== undefined || layer.initialState !== "learned") return carried;
  const { value } = known(context.parameters.get(`${prefix}.initial.${state}`), "a learned first state");
  return { buffer: value, offset: 0, stepStride: 0, rowStride: 0, columnStride: columns === 1 ? 0 : 1, columns, padded: false, local: false };
}

/** The gradient of a learned first state: the sum over members. */
function learnInitialStates(layer: CellLayer, context: LayerContext, prefix: string, gradients: Readonly<Record<string, Location>>): readonly Statement[] {
  if (layer.initialState !== "learned" || context.carriedStates !== undefined) return [];
  return Object.entries(gradients).flatMap(([state, from]) => {
    const to = context.parameters.get(`${prefix}.initial.${state}`)?.gradient;
    if (to === undefined) return [];
    const target = { ...from, buffer: to, offset: 0, stepStride: 0, rowStride: 0, padded: false };
    const name = `${context.name}.learn.${state}`;
    return overRows(context, { name, range: { first: 0, count: 1 }, locations: [{ ...from, stepStride: 0 }, target] }, ([source, sum], rows) => [
      context.builder.map(name, { rows, columns: from.columns }, (map) => map.store(sum!, map.load(source!), "add")),
    ]);
  });
}

interface Regularised {
  readonly cell: Cell;
  readonly inputs: Readonly<Record<string, Location>>;
  readonly masks: readonly Statement[];
}

/** The cell with masks for recurrent dropout and zoneout as inputs, and the statements that draw them. */
function regularise(layer: CellLayer, context: LayerContext, plain: Cell, sizes: Readonly<Record<string, number>>, { label, reverse }: { readonly label: string; readonly reverse: boolean }): Regularised {
  const { builder, batch, signal, training } = context;
  const inputs: Record<string, Location> = {};
  const masks: Statement[] = [];
  let cell = plain;
  // Each mask of a step has a salt of its own: 8 for a state of a direction of a layer.
  const saltOf = (state: number, kind: number): number => 1000 + ((context.index * 2 + (reverse ? 1 : 0)) * 64 + state) * 2 + kind;
  const columnsOf = (state: number): number => shapeOf(plain.states[state]!, sizes)[0] ?? 1;
  if (layer.recurrentDropout && training !== undefined) {
    const rate = layer.recurrentDropout;
    cell = withRecurrentDropout(cell);
    plain.states.forEach(({ name }, i) => {
      const columns = columnsOf(i);
      const place = { ...allocateSignal(builder, `${label}.${dropName(name)}`, { steps: 1, batch, columns }), stepStride: 0 };
      inputs[dropName(name)] = place;
      masks.push(builder.map(`${label}.${dropName(name)}`, { rows: batch, columns }, (map) =>
        map.store({ buffer: place.buffer, offset: { constant: 0, terms: [] }, rowStride: columns, columnStride: 1 }, dropoutMask(map, { seed: training.seed, salt: saltOf(i, 0), rate })),
      ));
    });
  }
  if (layer.zoneout) {
    const rate = layer.zoneout;
    cell = withZoneout(cell);
    plain.states.forEach(({ name }, i) => {
      const columns = columnsOf(i);
      const steps = training === undefined ? 1 : signal.steps;
      const place = allocateSignal(builder, `${label}.${keepName(name)}`, { steps, batch, columns });
      inputs[keepName(name)] = training === undefined ? { ...place, stepStride: 0 } : place;
      masks.push(builder.map(`${label}.${keepName(name)}`, { rows: steps * batch, columns }, (map) => {
        const keep = training === undefined ? map.constant(rate) : map.apply("less", drawUniform(map, { seed: training.seed, salt: saltOf(i, 1) }), map.constant(rate));
        map.store({ buffer: place.buffer, offset: { constant: 0, terms: [] }, rowStride: columns, columnStride: 1 }, keep);
      }));
    });
  }
  return { cell, inputs, masks };
}
