/** Transposed convolutions: each step is spread over the places of a window in the output. */
import type { Attribute } from "../../../graph/graph.ts";
import { known } from "../../../util/errors.ts";
import { activate } from "../activations.ts";
import { listed } from "../layer-kind.ts";
import type { LayerKind } from "../layer-kind.ts";
import type { Settings } from "../settings.ts";
import { checkRank, fixedSize, fixSize, nameOf, only, operator, sizeFrom, weight } from "../values.ts";
import type { Dimension } from "../values.ts";
import { convolutionWeight, isChannelsFirst, windowOf, withChannels } from "./convolution.ts";
import type { Window } from "./convolution.ts";

/** What is cut off the whole output along an axis, before and after; a negative number is zeros behind it. */
interface Cut {
  readonly before: number;
  readonly after: number;
}

/**
 * The whole output has (size - 1) stride + span places. "valid" leaves them all, and at least as many as strides; "same" cuts to size × stride, or to (size - 1) stride + span mod 2 + `more`, from the end first.
 */
function cutOf(
  padding: Window["padding"],
  { span, stride, more }: { readonly span: number; readonly stride: number; readonly more: number | undefined },
): Cut {
  if (padding === "valid") return { before: 0, after: -(more ?? Math.max(span, stride) - span) };
  const total = more === undefined ? span - stride : span - (span % 2) - more;
  const before = Math.max(0, Math.floor(total / 2));
  return { before, after: total - before };
}

function cutsOf(settings: Settings, { kernel, strides, dilations, padding }: Window): readonly Cut[] {
  const extra = settings.has("output_padding") ? settings.sizes("output_padding", kernel.length) : undefined;
  return kernel.map((size, at) => {
    const span = (size - 1) * known(dilations[at], "a dilation") + 1;
    return cutOf(padding, { span, stride: known(strides[at], "a stride"), more: extra?.[at] });
  });
}

function attributesOf({ kernel, strides, dilations }: Window, cuts: readonly Cut[]): Record<string, Attribute> {
  return {
    kernel_shape: kernel,
    strides,
    dilations,
    pads: [...cuts.map(({ before }) => before), ...cuts.map(({ after }) => Math.max(0, after))],
    output_padding: cuts.map(({ after }) => Math.max(0, -after)),
  };
}

/** How many places the output has along each axis. */
function placesAlong(
  axes: readonly Dimension[],
  { kernel, strides, dilations }: Window,
  cuts: readonly Cut[],
): readonly Dimension[] {
  return axes.map((axis, at) => {
    const { before, after } = known(cuts[at], "a cut");
    const rest = (known(kernel[at], "a kernel") - 1) * known(dilations[at], "a dilation") + 1 - before - after;
    return sizeFrom([axis], (size = 0) => (size - 1) * known(strides[at], "a stride") + rest);
  });
}

function transposed(rank: number): LayerKind {
  return {
    weights: (settings) => listed("kernel", settings.flag("use_bias", true) && "bias"),
    call: (call) => {
      const { graph, settings } = call;
      const value = only(graph, call.inputs);
      checkRank(graph, value, [rank + 2]);
      const isFirst = isChannelsFirst(settings);
      const window = windowOf(settings, rank, { kernel: "kernel_size", strides: 1 });
      if (window.padding === "causal") settings.refuse("padding");
      const cuts = cutsOf(settings, window);
      const filters = settings.size("filters");
      const features = fixSize(graph, value, isFirst ? 1 : -1);
      const kernel = call.tensor("kernel", [...window.kernel, filters, features]);
      const name = (what: string): string => `${graph.layer.name}/${what}`;
      const inputs = [
        nameOf(graph, value, isFirst ? "keras" : "channels"),
        weight(graph, name("kernel"), () => convolutionWeight(kernel)),
        ...(call.has("bias") ? [weight(graph, name("bias"), () => call.tensor("bias", [filters]))] : []),
      ];
      const output = operator(graph, "ConvTranspose", inputs, attributesOf(window, cuts));
      const axes = placesAlong(isFirst ? value.shape.slice(2) : value.shape.slice(1, -1), window, cuts);
      return [activate(graph, withChannels(output, { axes, features: fixedSize(filters), isFirst, value }), settings)];
    },
  };
}

export const transposedLayers: Readonly<Record<string, LayerKind>> = {
  Conv1DTranspose: transposed(1),
  Conv2DTranspose: transposed(2),
};
