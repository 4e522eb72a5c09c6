/** Dropout (Srivastava et al. 2014): y = x ⊙ m / (1 - rate). The mask is drawn again, the same, on the way back. */
import { overRows } from "../../lower/index.ts";
import type { LoopId, Location, MapBuilder, Statement, ValueId, View } from "../../lower/index.ts";
import { allocateSignal } from "../signal.ts";
import type { DropoutLayer } from "../spec.ts";
import type { LayerContext, LoweredLayer } from "./layer.ts";

export function lowerDropout(layer: DropoutLayer, context: LayerContext): LoweredLayer {
  const { builder, batch, name, signal, training } = context;
  const { steps } = signal;
  const columns = signal.location.columns;
  if (training === undefined || layer.rate === 0) {
    return {
      output: signal,
      packs: [],
      forward: [],
      finalStates: new Map(),
      backward: (gradient) => ({ packs: [], statements: [], inputGradient: gradient }),
    };
  }
  const mask = { seed: training.seed, salt: context.salt, rate: layer.rate };
  const apply = (label: string, from: Location, to: Location): readonly Statement[] => {
    const places = { name: label, range: { first: 0, count: steps }, locations: [from, to] };
    const scale = ([source, target]: readonly View[], rows: number, loop: LoopId | undefined): readonly Statement[] => [
      builder.map(label, { rows, columns }, (map) => {
        const keep = dropoutMask(map, {
          ...mask,
          ...(loop === undefined || layer.perSequence ? {} : { loop, stride: batch * columns }),
        });
        map.store(target!, map.apply("multiply", map.load(source!), keep));
      }),
    ];
    if (layer.perSequence !== true) return overRows(context, places, scale);
    return [builder.loop(`${label}.steps`, { count: steps }, (loop) => overRows(context, { ...places, loop }, scale))];
  };
  const output = allocateSignal(builder, `${name}.output`, { steps, batch, columns });
  return {
    output: { location: output, steps },
    packs: [],
    forward: apply(`${name}.drop`, signal.location, output),
    finalStates: new Map(),
    backward: (outputGradient) => {
      if (!context.inputGradient) return { packs: [], statements: [], inputGradient: undefined };
      const inputGradient = allocateSignal(builder, `${name}.dx`, { steps, batch, columns });
      return { packs: [], statements: apply(`${name}.dropBack`, outputGradient, inputGradient), inputGradient };
    },
  };
}

export interface MaskOptions {
  /** The buffer of one word that holds the step's seed. */
  readonly seed: number;
  /** Tells masks of one step apart. */
  readonly salt: number;
  readonly rate: number;
  /** A loop that draws anew at each of its steps. */
  readonly loop?: LoopId;
  readonly stride?: number;
}

/** 0 with probability `rate`, else 1 / (1 - rate), for each (row, column). */
export function dropoutMask(map: MapBuilder, options: MaskOptions): ValueId {
  const kept = map.apply("less", drawUniform(map, options), map.constant(1 - options.rate));
  return map.apply("multiply", kept, map.constant(1 / (1 - options.rate)));
}

/** Uniform numbers in [0, 1) for each (row, column). */
export function drawUniform(map: MapBuilder, { seed, salt, loop, stride }: Omit<MaskOptions, "rate">): ValueId {
  const word: View = { buffer: seed, offset: { constant: 0, terms: [] }, rowStride: 0, columnStride: 0 };
  const terms = loop === undefined || stride === undefined ? [] : [{ loop, stride }];
  return map.random({ seed: word, salt, counter: { constant: 0, terms } });
}
