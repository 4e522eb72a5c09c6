/** The measures of the picture: how far each change of form has gone, and the sizes and places that follow from it. */
import { mix, ramp } from "./ease.ts";
import type { Point } from "./ease.ts";

/** What the picture shows. */
export interface DrawnNetwork {
  /** Neurons of each layer, from the input to the output. */
  readonly layers: readonly number[];
  readonly steps: number;
  /** The step that is looked at, from 0: the copy that the others come out of. */
  readonly step: number;
}

/** Room for the picture, in pixels. */
export interface Frame {
  readonly width: number;
  readonly height: number;
}

/** What the six forms are made of, each from 0 to 1. */
interface Progress {
  readonly squashed: number;
  readonly merged: number;
  readonly turned: number;
  readonly looped: number;
  readonly apart: number;
}

export interface Measures extends Progress {
  readonly network: DrawnNetwork;
  readonly frame: Frame;
  readonly position: number;
  readonly angle: number;
  readonly columnSpacing: number;
  /** Between layers. */
  readonly layerSpacing: number;
  readonly radius: number;
  readonly centre: Point;
  /** Length of the arrow into the first copy and of that out of the last one. */
  readonly stub: number;
  /** Room between an arrow and what it joins. */
  readonly clearance: number;
}

/** Below this width only names are written beside layers. */
const narrow = 560;

export const isNarrow = ({ width }: Frame): boolean => width < narrow;

/** The radius of a layer and the length of the arrows at either end, as shares of the spacing of copies: at most these. */
const shareOfRadius = 0.27;
const shareOfStub = 0.3;
/** Between the name of a layer and the arrow into the first copy; and from the last arrow to the edge. */
export const labelGap = 8;

/** How the copies stand: as far apart as fits, in the middle, with the names of the layers before them. */
function measureColumns(
  steps: number,
  width: number,
  isSmall: boolean,
): { readonly spacing: number; readonly stub: number; readonly middle: number } {
  const around = (isSmall ? 22 : 84) + 3 * labelGap;
  const spacing = Math.min(150, (width - around) / (steps - 1 + 2 * (shareOfRadius + shareOfStub)));
  const stub = spacing * shareOfStub;
  return { spacing, stub, middle: width / 2 + (around - 2 * labelGap) / 2 };
}

/** All measures of the picture at a position. */
export function measure(network: DrawnNetwork, position: number, frame: Frame): Measures {
  const [squashed, merged, turned, looped, apart] = [0, 1, 2, 3, 4].map((form) => ramp(position, form, form + 1)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const isSmall = isNarrow(frame);
  const gaps = network.layers.length - 1;
  const across = Math.min(240, (frame.width - (isSmall ? 76 : 180)) / gaps);
  const up = Math.min(130, (frame.height - 130) / gaps);
  const columns = measureColumns(network.steps, frame.width, isSmall);
  const radius = Math.min(30, across * 0.2, up * 0.26);
  return {
    network,
    frame,
    position,
    squashed,
    merged,
    turned,
    looped,
    apart,
    angle: -90 * turned,
    columnSpacing: columns.spacing,
    layerSpacing: mix(across, up, turned),
    radius: mix(radius, Math.min(radius, columns.spacing * shareOfRadius), apart),
    centre: {
      x: mix(frame.width / 2, columns.middle, apart),
      y: mix(frame.height / 2 - 22, frame.height / 2 - 12, turned),
    },
    stub: columns.stub,
    clearance: mix(5, Math.min(5, columns.spacing * 0.08), apart),
  };
}

/** The middle of a layer in one copy. */
export function placeLayer(measures: Measures, layer: number, step: number): Point {
  const { network, angle, centre, layerSpacing, columnSpacing, apart } = measures;
  const along = (layer - (network.layers.length - 1) / 2) * layerSpacing;
  const turn = (angle * Math.PI) / 180;
  const column = (step - (network.steps - 1) / 2) * columnSpacing * apart;
  return { x: centre.x + along * Math.cos(turn) + column, y: centre.y + along * Math.sin(turn) };
}

/** The share of their way after which the copies are fully there. */
export const untilCopies = 0.35;

/** How visible a copy is: the one that is looked at always, the others once they come out of it. */
export function opacityOfCopy({ network, apart }: Measures, step: number): number {
  return step === network.step ? 1 : ramp(apart, 0, untilCopies);
}

/** Least spacing of copies at which each has its own letters. */
export const letterSpacing = 84;
