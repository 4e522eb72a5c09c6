/** EinsumDense: a product with a kernel along the axes that an equation names. */
import type { ValueName } from "../../../graph/graph.ts";
import { known } from "../../../util/errors.ts";
import { activate } from "../activations.ts";
import { listed } from "../layer-kind.ts";
import type { CallOfLayer, LayerKind } from "../layer-kind.ts";
import type { Settings } from "../settings.ts";
import { fixedSize, fixSize, nameOf, onFeatures, only, operator, valueOf, weight } from "../values.ts";
import type { Dimension, Value } from "../values.ts";

/** The axes of `…input,kernel->…output`, a letter each. */
interface Axes {
  readonly input: string;
  readonly kernel: string;
  readonly output: string;
}

/** The dots of an equation stand for axes that input and output share; here these get letters too. */
function axesOf(settings: Settings, rank: number): Axes {
  const found = /^(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?$/.exec(
    settings.text("equation").replaceAll(" ", ""),
  );
  if (found === null) return settings.refuse("equation");
  const [, before, input = "", after, kernel = "", outBefore, output = "", outAfter] = found;
  const hasDots = before !== undefined || after !== undefined;
  const isFair = before === outBefore && after === outAfter && !(before !== undefined && after !== undefined);
  const count = rank - input.length;
  if (!isFair || count < 0 || (!hasDots && count > 0)) return settings.refuse("equation");
  const used = new Set(`${input}${kernel}${output}`);
  const free = [..."abcdefghijklmnopqrstuvwxyz"].filter((letter) => !used.has(letter));
  if (count > free.length) return settings.refuse("equation");
  const dots = free.slice(0, count).join("");
  const around = (letters: string): string => (after === undefined ? dots + letters : letters + dots);
  return { input: around(input), kernel, output: around(output) };
}

/** Sizes by the letters of axes: the kernel's as the file has them, the others as the input has them. */
function sizesOf(call: CallOfLayer, value: Value, axes: Axes): ReadonlyMap<string, Dimension> {
  const kernel = call.tensor(
    "kernel",
    [...axes.kernel].map(() => -1),
  );
  const sizes = new Map<string, Dimension>();
  for (const [axis, letter] of [...axes.input].entries()) {
    if (axes.kernel.includes(letter)) fixSize(call.graph, value, axis);
    sizes.set(letter, known(value.shape[axis], "an axis"));
  }
  for (const [axis, letter] of [...axes.kernel].entries()) {
    const size = known(kernel.shape[axis], "a size");
    // A size that does not fit that of the input is told as a kernel of a wrong shape.
    if (!axes.input.includes(letter)) sizes.set(letter, fixedSize(size));
  }
  return sizes;
}

const einsumDense: LayerKind = {
  weights: (settings) => listed("kernel", settings.has("bias_axes") && "bias"),
  call: (call) => {
    const { graph, settings } = call;
    const value = only(graph, call.inputs);
    // Said again by the shape of the kernel.
    settings.raw("output_shape");
    const axes = axesOf(settings, value.shape.length);
    const sizes = sizesOf(call, value, axes);
    const dimension = (letter: string): Dimension => sizes.get(letter) ?? settings.refuse("equation");
    const fixed = (letters: string): readonly number[] => [...letters].map((letter) => dimension(letter).size ?? -1);
    const name = (what: string): string => `${graph.layer.name}/${what}`;
    const kernel = weight(graph, name("kernel"), () => call.tensor("kernel", fixed(axes.kernel)));
    const withBias = (x: ValueName): ValueName => {
      if (!call.has("bias")) return x;
      const biasAxes = settings.text("bias_axes");
      const first = Math.min(...[...biasAxes].map((letter) => axes.output.indexOf(letter)));
      if (first < 0) return settings.refuse("bias_axes");
      const letters = [...axes.output].slice(first);
      const shape = letters.map((letter) => (biasAxes.includes(letter) ? (dimension(letter).size ?? -1) : 1));
      return operator(graph, "Add", [x, weight(graph, name("bias"), () => call.tensor("bias", shape))]);
    };
    const shape = [...axes.output].map(dimension);
    const last = axes.input.at(-1) ?? "";
    const isDense =
      axes.kernel[0] === last &&
      axes.kernel.length === 2 &&
      axes.output === `${axes.input.slice(0, -1)}${axes.kernel[1]}`;
    if (isDense && settings.text("bias_axes", axes.output.at(-1)) === axes.output.at(-1)) {
      const output = onFeatures(graph, value, (x) => withBias(operator(graph, "MatMul", [x, kernel])), shape.at(-1));
      return [activate(graph, { ...output, mask: undefined }, settings)];
    }
    const equation = `${axes.input},${axes.kernel}->${axes.output}`;
    const product = operator(graph, "Einsum", [nameOf(graph, value), kernel], { equation });
    return [activate(graph, valueOf(withBias(product), shape), settings)];
  },
};

export const einsumLayers: Readonly<Record<string, LayerKind>> = { EinsumDense: einsumDense };
