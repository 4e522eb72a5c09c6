/** Where the kernels of convolutions and pools lie over their input, in any number of directions. */
import { countElements, createArray, stridesOf } from "../tensors.ts";
import type { OperatorCall } from "./operator.ts";

export interface Windows {
  /** Of the input, along each direction. */
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The attributes that convolutions and pools have in common. */
export const windowAttributes = {
  auto_pad: "text",
  kernel_shape: "integers",
  strides: "integers",
  dilations: "integers",
  pads: "integers",
} as const;

/** A list with an entry for each direction, each at least `least`. */
export function directions(
  call: OperatorCall,
  attribute: string,
  { count, otherwise, least }: { readonly count: number; readonly otherwise: number; readonly least: number },
): readonly number[] {
  const list = call.integers(attribute) ?? Array.from({ length: count }, () => otherwise);
  if (list.length !== count || list.some((value) => value < least))
    call.fail(`${attribute} is [${list.join(", ")}], for ${count} directions`);
  return list;
}

/** The padding along one direction of so many places with which there are ⌈n / stride⌉ windows, the odd place of it at the end (`SAME_LOWER`: at the beginning). */
export function padSame(
  how: "SAME_UPPER" | "SAME_LOWER",
  { size, stride, span }: { readonly size: number; readonly stride: number; readonly span: number },
): { readonly before: number; readonly after: number } {
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + span - size);
  const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
  return how === "SAME_UPPER" ? { before: less, after: more } : { before: more, after: less };
}

/** Plans the windows over an input of these sizes. */
export function planWindows(
  call: OperatorCall,
  { input, kernel }: { readonly input: readonly number[]; readonly kernel: readonly number[] },
): Windows {
  const count = input.length;
  if (kernel.length !== count || kernel.some((size) => size < 1))
    call.fail(`its kernel is [${kernel.join(", ")}], for ${count} directions`);
  const strides = directions(call, "strides", { count, otherwise: 1, least: 1 });
  const dilations = directions(call, "dilations", { count, otherwise: 1, least: 1 });
  const how = call.text("auto_pad", "NOTSET");
  const spans = kernel.map((size, at) => dilations[at]! * (size - 1) + 1);
  let before: readonly number[] = kernel.map(() => 0);
  let after = before;
  if (how === "NOTSET") {
    const pads = directions(call, "pads", { count: 2 * count, otherwise: 0, least: 0 });
    [before, after] = [pads.slice(0, count), pads.slice(count)];
  } else if (how === "SAME_UPPER" || how === "SAME_LOWER") {
    const pads = input.map((size, at) => padSame(how, { size, stride: strides[at]!, span: spans[at]! }));
    [before, after] = [pads.map((pad) => pad.before), pads.map((pad) => pad.after)];
  } else if (how !== "VALID") call.fail(`there is no auto_pad ${JSON.stringify(how)}`);
  const ceils = call.integer("ceil_mode", 0) !== 0;
  const output = input.map((size, at) => {
    const room = size + before[at]! + after[at]! - spans[at]!;
    if (room < 0) return call.fail(`its kernel spans ${spans[at]} places, of ${size}`);
    const full = room / strides[at]!;
    if (!ceils) return Math.floor(full) + 1;
    // A window that would begin in the padding behind the input is left out.
    const windows = Math.ceil(full) + 1;
    return (windows - 1) * strides[at]! >= size + before[at]! ? windows - 1 : windows;
  });
  return { input, output, kernel, strides, dilations, before, after };
}

/**
 * For each tap of the kernel and each window, the place in the input that it reads, or -1 outside: `[taps, windows]`. The offsets of one channel, the same for all.
 */
export function placeTaps({ input, output, kernel, strides, dilations, before }: Windows): Int32Array {
  const taps = countElements(kernel);
  const windows = countElements(output);
  const places = createArray("int32", taps * windows);
  const inputStrides = stridesOf(input);
  const outputStrides = stridesOf(output);
  const kernelStrides = stridesOf(kernel);
  for (let tap = 0; tap < taps; tap++)
    for (let window = 0; window < windows; window++) {
      let place = 0;
      for (let at = 0; at < input.length; at++) {
        const k = Math.floor(tap / kernelStrides[at]!) % kernel[at]!;
        const w = Math.floor(window / outputStrides[at]!) % output[at]!;
        const x = w * strides[at]! - before[at]! + k * dilations[at]!;
        if (x < 0 || x >= input[at]!) {
          place = -1;
          break;
        }
        place += x * inputStrides[at]!;
      }
      places[tap * windows + window] = place;
    }
  return places;
}
