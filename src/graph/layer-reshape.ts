/** Reshapes that only take axes together, or apart. */
import { joinLast } from "./layer-ends.ts";
import { isSameAxes, labelOf, sizeOf } from "./layer-values.ts";
import type { Axis, AxisLabel, SignalValue } from "./layer-values.ts";
import { integersOf, moved } from "./rule-call.ts";
import type { Rule } from "./rule-call.ts";

/** Part of an axis that is never taken apart, and how long it is where that is known. */
interface Factor {
  readonly axis: Axis;
  readonly label: AxisLabel | undefined;
  readonly size: number | undefined;
}

/** The sizes asked for must be those of runs of axes, in their order. Steps of a picture are its lines and columns. */
export const reshape: Rule = ({ inputs, node }, signal) => {
  const [, shape] = inputs;
  if (shape?.kind === "sizes" && shape.of !== undefined) {
    const { of } = shape;
    return isSameAxes(signal.axes, of) ? signal : undefined;
  }
  const sizes = integersOf(shape);
  if (sizes === undefined || node.attributes["allowzero"] === 1) return undefined;
  const { chain } = signal;
  if (chain.parent === undefined && signal.axes.length === 3 && sizes.length === 4) return asPicture(signal, sizes);
  const groups = match(
    signal.axes.map((axis) => factorsOf(signal, axis)),
    sizes,
  );
  const axes = groups?.flatMap((group) => axisOf(group) ?? []);
  if (axes === undefined || axes.length < (groups?.length ?? 0)) return undefined;
  const isJoined = signal.stack !== undefined && !axes.some((axis) => labelOf(axis) === "directions");
  return isJoined ? joinLast(signal.stack, axes, node) : moved(signal, axes);
};

/** `[steps, batch, channels]` of an input to `[height, width, batch, channels]`: its steps are pixels. */
function asPicture(signal: SignalValue, sizes: readonly number[]): SignalValue | undefined {
  const { chain } = signal;
  const { root } = chain;
  const [height = 0, width = 0, batch, channels] = sizes;
  const steps = root.info.shape?.[0];
  const isTurned = !signal.axes.every((axis, i) => typeof axis !== "string" && axis.axis === i);
  if (
    isTurned ||
    batch !== -1 ||
    height < 1 ||
    width < 1 ||
    steps !== height * width ||
    channels !== root.info.shape?.[2]
  )
    return undefined;
  if (typeof channels !== "number" || (root.size !== undefined && root.size !== channels)) return undefined;
  root.size = channels;
  root.picture = { height, width };
  root.labels.splice(0, 3, "steps", "batch", "features");
  return {
    kind: "signal",
    chain: { ...chain, size: channels, picture: root.picture },
    axes: ["y", "x", "batch", "features"],
  };
}

function factorsOf({ chain, axes, stack, share }: SignalValue, axis: Axis): readonly Factor[] {
  const label = labelOf(axis);
  const known = (size: number | undefined): readonly Factor[] => [{ axis, label, size }];
  switch (label) {
    case "one":
      return [];
    case "directions":
      return known(stack?.length ?? 2);
    case "y":
      return known(chain.picture?.height);
    case "x":
      return known(chain.picture?.width);
    case "steps":
      return chain.picture === undefined
        ? known(undefined)
        : [
            { axis: "y", label: "y", size: chain.picture.height },
            { axis: "x", label: "x", size: chain.picture.width },
          ];
    case "features": {
      const size = sizeOf(chain);
      const isShared = share?.direction !== undefined || axes.some((one) => labelOf(one) === "directions");
      return known(size !== undefined && isShared && stack === undefined ? size / 2 : size);
    }
    case "reversed":
    case "batch":
    case undefined:
      return known(undefined);
  }
}

/** For each size the factors that it is made of; -1 takes what the others leave. */
function match(
  axes: readonly (readonly Factor[])[],
  sizes: readonly number[],
): readonly (readonly Factor[])[] | undefined {
  const all = axes.flat();
  const rest = sizes.indexOf(-1);
  const front = takeGroups(all, rest < 0 ? sizes : sizes.slice(0, rest), axes);
  if (front === undefined) return undefined;
  if (rest < 0) return front.left.length === 0 ? front.groups : undefined;
  const tail = sizes.slice(rest + 1);
  // A size of 0 is that of the axis in the same place: behind -1 too.
  const back = takeGroups(
    [...front.left].reverse(),
    [...tail].reverse(),
    [...axes].slice(rest + 1, sizes.length).reverse(),
  );
  if (back === undefined) return undefined;
  return [...front.groups, [...back.left].reverse(), ...back.groups.map((group) => [...group].reverse()).reverse()];
}

interface Taken {
  readonly groups: readonly (readonly Factor[])[];
  readonly left: readonly Factor[];
}

function takeGroups(
  factors: readonly Factor[],
  sizes: readonly number[],
  axes: readonly (readonly Factor[])[],
): Taken | undefined {
  let left = factors;
  const groups: (readonly Factor[])[] = [];
  for (const [place, size] of sizes.entries()) {
    let group: readonly Factor[] = [];
    if (size === 0) group = left.slice(0, axes[place]?.length ?? 0);
    else
      for (let product = 1; product !== size;) {
        const next: Factor | undefined = left[group.length];
        if (next?.size === undefined) return undefined;
        group = [...group, next];
        product *= next.size;
        if (product > size) return undefined;
      }
    if (size === 0 && !group.every((one, i) => one === axes[place]?.[i] || one.axis === axes[place]?.[i]?.axis))
      return undefined;
    left = left.slice(group.length);
    groups.push(group);
  }
  return { groups, left };
}

/** The axis that factors together are. */
function axisOf(group: readonly Factor[]): Axis | undefined {
  const [first, second, ...others] = group;
  if (first === undefined) return "one";
  if (second === undefined) return first.axis;
  const labels = `${first.label} ${second.label}`;
  if (others.length > 0) return undefined;
  if (labels === "directions features") return "features";
  return labels === "y x" ? "steps" : undefined;
}
