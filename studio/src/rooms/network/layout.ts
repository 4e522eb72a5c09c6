/** Where everything in the picture stands, as a function of the network's sizes and the position in the animation alone. */
import { mix, ramp } from "./ease.ts";
import type { Point } from "./ease.ts";
import { labelGap, letterSpacing, measure, opacityOfCopy, placeLayer } from "./measures.ts";
import type { DrawnNetwork, Frame, Measures } from "./measures.ts";
import { placeLoops } from "./loops.ts";
import type { Loop } from "./loops.ts";
import { listSlots } from "./slots.ts";

export interface Neuron extends Point {
  readonly layer: number;
  /** Undefined for the dots that stand for the neurons which are not drawn. */
  readonly unit: number | undefined;
  readonly radius: number;
}

/** A line from one neuron to another of the next layer. */
export interface Wire {
  /** The layer it comes from. */
  readonly layer: number;
  readonly from: number;
  readonly to: number;
  readonly start: Point;
  readonly end: Point;
}

/** A whole layer as one circle. */
export interface Disc extends Point {
  readonly step: number;
  readonly layer: number;
  readonly radius: number;
  readonly opacity: number;
}

/** From one layer to the next, in one copy. */
export interface Arrow {
  readonly step: number;
  /** The layer it comes from. */
  readonly layer: number;
  readonly start: Point;
  readonly end: Point;
  readonly opacity: number;
  /** Where its letter stands. */
  readonly letter: Point;
  readonly letterOpacity: number;
}

/** Name and size of a layer: beside it, or below it. */
export interface LayerLabel extends Point {
  readonly layer: number;
  readonly side: "below" | "beside";
  readonly opacity: number;
}

export interface StepLabel extends Point {
  readonly step: number;
  readonly opacity: number;
}

export interface Scene {
  readonly neurons: readonly Neuron[];
  /** None where none can be seen. */
  readonly wires: readonly Wire[];
  /** Of all neurons. */
  readonly neuronOpacity: number;
  readonly wireOpacity: number;
  readonly discs: readonly Disc[];
  readonly arrows: readonly Arrow[];
  readonly loops: readonly Loop[];
  /** Degrees that everything is turned by: 0 left to right, -90 upright. */
  readonly angle: number;
  readonly layerLabels: readonly LayerLabel[];
  readonly stepLabels: readonly StepLabel[];
  /** Between neighbouring copies once they are apart. */
  readonly columnSpacing: number;
  /** How far the copies have gone: 0 together, 1 apart. */
  readonly apart: number;
}

/** A point beside another one: `across` the way from layer to layer, to the left of who goes it. */
function beside({ x, y }: Point, across: number, angle: number): Point {
  const turn = (angle * Math.PI) / 180;
  return { x: x + across * Math.sin(turn), y: y - across * Math.cos(turn) };
}

/** How flat a layer looks from below: enough left to see that it is many neurons. */
const flat = 0.16;
/** How much larger the nearest neuron of a layer looks than the middle one. */
const nearness = 0.16;

function placeNeurons(measures: Measures): readonly Neuron[] {
  const { network, frame, squashed, merged, angle, radius } = measures;
  return network.layers.flatMap((size, layer) => {
    const slots = listSlots(size);
    const middle = (slots.length - 1) / 2;
    const gap = Math.min(46, (frame.height - 110) / Math.max(1, slots.length - 1));
    const flatness = mix(1, flat, squashed) * (1 - merged);
    const centre = placeLayer(measures, layer, network.step);
    return slots.map((unit, slot) => {
      const place = beside(centre, -(slot - middle) * gap * flatness, angle);
      const near = middle === 0 ? 0 : ((slot - middle) / middle) * nearness * squashed * (1 - merged);
      return { ...place, layer, unit, radius: mix(Math.min(14, gap * 0.4), radius, squashed) * (1 + near) };
    });
  });
}

function placeWires(neurons: readonly Neuron[], layers: number): readonly Wire[] {
  const real = Array.from({ length: layers }, (_, layer) =>
    neurons.filter((neuron) => neuron.layer === layer && neuron.unit !== undefined),
  );
  return real
    .slice(1)
    .flatMap((ends, layer) =>
      (real[layer] ?? []).flatMap((start) =>
        ends.map((end) => ({ layer, from: start.unit ?? 0, to: end.unit ?? 0, start, end })),
      ),
    );
}

function placeDiscs(measures: Measures): readonly Disc[] {
  const { network, radius, position } = measures;
  const shown = ramp(position, 1.3, 1.85);
  return Array.from({ length: network.steps }, (_, step) =>
    network.layers.map((_size, layer) => ({
      ...placeLayer(measures, layer, step),
      step,
      layer,
      radius,
      opacity: shown * opacityOfCopy(measures, step),
    })),
  ).flat();
}

function placeArrows(measures: Measures): readonly Arrow[] {
  const { network, radius, position, angle, columnSpacing, clearance } = measures;
  const shown = ramp(position, 1.25, 1.9);
  const turn = (angle * Math.PI) / 180;
  const trim = radius + clearance;
  return Array.from({ length: network.steps }, (_, step) =>
    Array.from({ length: network.layers.length - 1 }, (_unused, layer) => {
      const [from, to] = [placeLayer(measures, layer, step), placeLayer(measures, layer + 1, step)];
      const start = { x: from.x + trim * Math.cos(turn), y: from.y + trim * Math.sin(turn) };
      const end = { x: to.x - trim * Math.cos(turn), y: to.y - trim * Math.sin(turn) };
      const opacity = shown * opacityOfCopy(measures, step);
      return {
        step,
        layer,
        start,
        end,
        opacity,
        letter: beside({ x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 }, 16, angle),
        letterOpacity: step === network.step || columnSpacing >= letterSpacing ? opacity : 0,
      };
    }),
  ).flat();
}

function placeLayerLabels(measures: Measures, neurons: readonly Neuron[]): readonly LayerLabel[] {
  const { network, radius, position, apart, stub } = measures;
  const [below, beside] = [1 - ramp(position, 2, 2.4), ramp(position, 2.6, 3)];
  return network.layers.flatMap((_size, layer): readonly LayerLabel[] => {
    const own = neurons.filter((neuron) => neuron.layer === layer);
    const bottom = Math.max(...own.map(({ y, radius: size }) => y + size));
    const first = placeLayer(measures, layer, 0);
    return [
      { layer, side: "below", x: placeLayer(measures, layer, network.step).x, y: bottom + 24, opacity: below },
      { layer, side: "beside", x: first.x - radius - 2 * labelGap - stub * apart, y: first.y, opacity: beside },
    ];
  });
}

/** The picture of the network at a position from 0 to 5. Neighbouring positions give neighbouring pictures. */
export function layout(network: DrawnNetwork, position: number, frame: Frame): Scene {
  const measures = measure(network, position, frame);
  const neurons = placeNeurons(measures);
  const wireOpacity = 1 - ramp(position, 1.2, 1.85);
  const { angle, columnSpacing, apart, radius } = measures;
  return {
    neurons,
    wires: wireOpacity === 0 ? [] : placeWires(neurons, network.layers.length),
    neuronOpacity: 1 - ramp(position, 1.5, 2),
    wireOpacity,
    discs: placeDiscs(measures),
    arrows: placeArrows(measures),
    loops: placeLoops(measures),
    angle,
    layerLabels: placeLayerLabels(measures, neurons),
    stepLabels: Array.from({ length: network.steps }, (_, step) => ({
      step,
      x: placeLayer(measures, 0, step).x,
      y: placeLayer(measures, 0, step).y + radius + 26,
      opacity: ramp(apart, 0.55, 1),
    })),
    columnSpacing,
    apart,
  };
}
