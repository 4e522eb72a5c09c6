/** What all parts of the picture are drawn from. */
import { mix } from "./ease.ts";
import type { Scene } from "./layout.ts";
import type { NetworkTrace } from "../../work/network/trace.ts";

export interface DrawnProps {
  readonly scene: Scene;
  readonly trace: NetworkTrace;
  /** The value of each layer that has the full colour. */
  readonly most: readonly number[];
  readonly theme: "light" | "dark";
  /** The step that is looked at, from 0. */
  readonly step: number;
  /** How far the loop has come, from 0 to 1: the values become those of the network with a loop. */
  readonly looped: number;
}

/** What is hardly there is not drawn. */
export const isSeen = (opacity: number): boolean => opacity > 0.004;

/** How visible a step that is still to come is, beside those that have been. */
const ahead = 0.38;

export const opacityInTime = ({ scene, step }: Pick<DrawnProps, "scene" | "step">, at: number): number =>
  at > step ? mix(1, ahead, scene.apart) : 1;

/** The value of a neuron as it is drawn. */
export function valueOf({ trace, looped }: DrawnProps, step: number, layer: number, unit: number): number {
  const read = (values: readonly (readonly Float64Array[])[]): number => values[step]?.[layer]?.[unit] ?? 0;
  return mix(read(trace.feedForward.values), read(trace.recurrent.values), looped);
}
