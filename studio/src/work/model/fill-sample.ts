/** Numbers for the inputs of a graph. */
import { createRandom } from "recurra";
import type { TensorLike } from "recurra";
import type { GraphSample } from "./model.ts";
import type { InputPlan, SamplePlan } from "./plan-sample.ts";

/** Steps of a sound at most: as many as can be told apart. */
const mostSteps = 400;

const sizesOf = ({ shape }: InputPlan, { values }: GraphSample): readonly number[] =>
  shape.map((size) => (typeof size === "number" ? size : (values[size] ?? 1)));

const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

type Draw = () => number;

/** What the numbers of an input are, one after another. */
function drawOf({ filling }: InputPlan, sample: GraphSample, seed: number): Draw {
  const random = createRandom(seed);
  switch (filling.kind) {
    case "real": {
      const { sound } = sample;
      let at = 0;
      if (sound !== undefined) return () => sound[at++] ?? 0;
      return sample.fill === "zeros" ? () => 0 : () => random.uniform(-1, 1);
    }
    case "tokens":
      return () => Math.floor(random.uniform(0, filling.rows));
    case "number":
      return () => sample.values[filling.key] ?? 0;
  }
}

/** All inputs of a run, by name. */
export function fillInputs(inputs: readonly InputPlan[], sample: GraphSample): Record<string, TensorLike> {
  return Object.fromEntries(
    inputs.map((input, at) => {
      const shape = sizesOf(input, sample);
      const draw = drawOf(input, sample, at + 1);
      return [input.name, { shape, data: Array.from({ length: countOf(shape) }, draw) }];
    }),
  );
}

/** The inputs of each step of a stream, by name: as many steps as are asked for, or as the sound has. */
export function fillSteps(
  { inputs }: Pick<SamplePlan, "inputs">,
  sample: GraphSample,
): readonly Record<string, readonly number[]>[] {
  const parts = inputs.map((input, at) => ({
    name: input.name,
    count: countOf(sizesOf(input, sample)),
    draw: drawOf(input, sample, at + 1),
  }));
  const { sound, steps } = sample;
  const heard = sound === undefined ? steps : Math.floor(sound.length / Math.max(1, parts[0]?.count ?? 1));
  return Array.from({ length: Math.max(1, Math.min(mostSteps, heard)) }, () =>
    Object.fromEntries(parts.map(({ name, count, draw }) => [name, Array.from({ length: count }, draw)])),
  );
}
