/** Layers that move numbers about. */
import { known } from "../../../util/errors.ts";
import type { LayerKind } from "../layer-kind.ts";
import { checkRank, fixedSize, fixSize, integers, nameOf, only, operator, sizeFrom, valueOf } from "../values.ts";
import type { Dimension } from "../values.ts";
import { isChannelsFirst } from "./convolution.ts";

/** How many numbers the axes hold together, where that is known. */
function product(dimensions: readonly Dimension[]): Dimension {
  return sizeFrom(dimensions, (...sizes) => sizes.reduce((all, size) => all * size, 1));
}

const flatten: LayerKind = {
  call: ({ graph, settings, inputs }) => {
    const value = only(graph, inputs);
    const isFirst = isChannelsFirst(settings) && value.shape.length > 2;
    const last = value.shape.length - 1;
    const perm = [0, ...Array.from({ length: last - 1 }, (_, at) => at + 2), 1];
    const name = isFirst ? operator(graph, "Transpose", [nameOf(graph, value)], { perm }) : nameOf(graph, value);
    const flat = operator(graph, "Reshape", [name, integers(graph, [0, -1])]);
    return [valueOf(flat, [known(value.shape[0], "the batch"), product(value.shape.slice(1))], { type: value.type })];
  },
};

const reshape: LayerKind = {
  call: ({ graph, settings, inputs }) => {
    const value = only(graph, inputs);
    const target = settings.raw("target_shape");
    // TF.js writes null for an open size.
    const sizes = Array.isArray(target) ? target.map((size: unknown) => size ?? -1) : [];
    const isSize = (size: unknown): size is number => Number.isSafeInteger(size) && Number(size) >= -1;
    if (!Array.isArray(target) || sizes.length > 7 || !sizes.every(isSize)) return settings.refuse("target_shape");
    if (sizes.filter((size) => size === -1).length > 1) return settings.refuse("target_shape");
    const name = operator(graph, "Reshape", [nameOf(graph, value), integers(graph, [0, ...sizes])]);
    const fixed = sizes.filter((size) => size !== -1).reduce((all, size) => all * size, 1);
    const open = sizeFrom([product(value.shape.slice(1))], (all = 0) => Math.floor(all / Math.max(1, fixed)));
    const shape = sizes.map((size) => (size === -1 ? open : fixedSize(size)));
    // Without an open size the input can only be as large as the file says.
    if (!sizes.includes(-1)) for (const axis of value.shape.keys()) if (axis > 0) fixSize(graph, value, axis);
    return [valueOf(name, [known(value.shape[0], "the batch"), ...shape], { type: value.type })];
  },
};

const permute: LayerKind = {
  call: ({ graph, settings, inputs }) => {
    const value = only(graph, inputs);
    const dims = settings.sizes("dims", value.shape.length - 1);
    const perm = [0, ...dims];
    if (perm.toSorted((a, b) => a - b).some((axis, at) => axis !== at)) return settings.refuse("dims");
    const shape = perm.map((axis) => known(value.shape[axis], "an axis"));
    return [valueOf(operator(graph, "Transpose", [nameOf(graph, value)], { perm }), shape, { type: value.type })];
  },
};

const repeatVector: LayerKind = {
  call: ({ graph, settings, inputs }) => {
    const value = only(graph, inputs);
    checkRank(graph, value, [2]);
    const times = settings.whole("n");
    if (times < 0 || times > 2 ** 20) return settings.refuse("n");
    // Straight to the order that recurrent layers read.
    const row = operator(graph, "Unsqueeze", [nameOf(graph, value), integers(graph, [0])]);
    const name = operator(graph, "Tile", [row, integers(graph, [times, 1, 1])]);
    const [batch, features] = value.shape;
    const shape = [known(batch, "the batch"), fixedSize(times), known(features, "the features")];
    return [valueOf(name, shape, { layout: "steps" })];
  },
};

export const shapeLayers: Readonly<Record<string, LayerKind>> = {
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  RepeatVector: repeatVector,
};
