/** The regularisers of a recurrent layer: masks as further inputs of its cell, and the statements that draw them before it runs. */
import { at, denseLocation } from "../../lower/index.ts";
import type { Location, MapBuilder, Statement, ValueId } from "../../lower/index.ts";
import type { Cell } from "../../language/index.ts";
import { shapeOf } from "../cell-sizes.ts";
import { dropName, keepName, withRecurrentDropout, withZoneout } from "../regularise.ts";
import type { CellLayer } from "../spec.ts";
import { dropoutMask, drawUniform } from "./dropout.ts";
import type { LayerContext } from "./layer.ts";

/** A cell for one direction of a layer. */
export interface DirectedCell {
  readonly cell: Cell;
  /** Of all its dimensions. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly reverse: boolean;
  /** Prefix of names. */
  readonly label: string;
}

export interface MaskedCell {
  readonly cell: Cell;
  /** The masks it reads beside its own inputs. */
  readonly inputs: Readonly<Record<string, Location>>;
  readonly draws: readonly Statement[];
}

/** The cell with the layer's recurrent dropout (in training) and zoneout (otherwise its mean). */
export function maskCell(layer: CellLayer, context: LayerContext, directed: DirectedCell): MaskedCell {
  const dropped = dropRecurrent(layer, context, directed);
  const zoned = zoneOut(layer, context, { ...directed, cell: dropped.cell });
  return {
    cell: zoned.cell,
    inputs: { ...dropped.inputs, ...zoned.inputs },
    draws: [...dropped.draws, ...zoned.draws],
  };
}

/** One mask for all steps of a sequence. */
function dropRecurrent(
  { recurrentDropout: rate = 0 }: CellLayer,
  context: LayerContext,
  directed: DirectedCell,
): MaskedCell {
  const { training } = context;
  if (rate === 0 || training === undefined) return { cell: directed.cell, inputs: {}, draws: [] };
  const draw = (map: MapBuilder, state: number): ValueId =>
    dropoutMask(map, { seed: training.seed, salt: saltOf(context, directed, { state, kind: 0 }), rate });
  return {
    cell: withRecurrentDropout(directed.cell),
    ...drawMasks(context, directed, { nameOf: dropName, everyStep: false, draw }),
  };
}

/** Masks of 0 and 1 for each step; outside of training their mean, for all steps. */
function zoneOut({ zoneout: rate = 0 }: CellLayer, context: LayerContext, directed: DirectedCell): MaskedCell {
  const { training } = context;
  if (rate === 0) return { cell: directed.cell, inputs: {}, draws: [] };
  const draw = (map: MapBuilder, state: number): ValueId => {
    if (training === undefined) return map.constant(rate);
    const uniform = drawUniform(map, { seed: training.seed, salt: saltOf(context, directed, { state, kind: 1 }) });
    return map.apply("less", uniform, map.constant(rate));
  };
  return {
    cell: withZoneout(directed.cell),
    ...drawMasks(context, directed, { nameOf: keepName, everyStep: training !== undefined, draw }),
  };
}

/** Every mask has a salt of its own. Those below are the dropout layers'. */
function saltOf(
  { salt }: LayerContext,
  { reverse }: DirectedCell,
  { state, kind }: { readonly state: number; readonly kind: 0 | 1 },
): number {
  return 1000 + ((salt * 2 + (reverse ? 1 : 0)) * 64 + state) * 2 + kind;
}

interface MaskOptions {
  readonly nameOf: (state: string) => string;
  /** A mask for each step, or one for all of them. */
  readonly everyStep: boolean;
  readonly draw: (map: MapBuilder, state: number) => ValueId;
}

/** A mask of each state's shape for each member. */
function drawMasks(
  context: LayerContext,
  { cell, sizes, label }: DirectedCell,
  { nameOf, everyStep, draw }: MaskOptions,
): Omit<MaskedCell, "cell"> {
  const { builder, batch, signal } = context;
  const inputs: Record<string, Location> = {};
  const draws = cell.states.map((state, i) => {
    const columns = shapeOf(state, sizes)[0] ?? 1;
    const rows = (everyStep ? signal.steps : 1) * batch;
    const name = `${label}.${nameOf(state.name)}`;
    const buffer = builder.buffer({
      name,
      length: rows * columns,
      role: "scratch",
      shape: [rows / batch, batch, columns],
    });
    const location = denseLocation(buffer, { batch, columns, isNumber: state.shape.length === 0 });
    inputs[nameOf(state.name)] = everyStep ? location : { ...location, stepStride: 0 };
    const view = { buffer, offset: at(0), rowStride: columns, columnStride: location.columnStride };
    return builder.map(name, { rows, columns }, (map) => map.store(view, draw(map, i)));
  });
  return { inputs, draws };
}
