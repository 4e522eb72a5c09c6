/** Recurrent networks unrolled: where states, what they read and what they say stand, and what leads where. One function for all shapes. */

export const shapeKinds = ["one-to-many", "many-to-one", "aligned", "encoder-decoder", "forecast"] as const;
export type ShapeKind = (typeof shapeKinds)[number];

/** What stands at the steps. */
export interface ShapeContent {
  /** Texts; an empty one is a dot. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** A picture that is read, in place of the first input. */
  readonly hasPicture?: boolean;
  /** Another network reads backwards. */
  readonly isBoth?: boolean;
  /** What is said is read at the next step. */
  readonly isFedBack?: boolean;
  /** Steps came before the first. */
  readonly isOngoing?: boolean;
  /** How much each input counted for each output: `[outputs, inputs]`. */
  readonly looks?: readonly ArrayLike<number>[];
  /** What lies between the last step and what is forecast. */
  readonly ahead?: string;
}

/** Something to read or to say, around its middle. */
export interface ShapeToken {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly text: string;
  readonly kind: "input" | "output";
}

export interface ShapeState {
  readonly x: number;
  readonly y: number;
  /** Which network it belongs to. */
  readonly part: "reader" | "backward" | "writer";
}

export interface ShapeLine {
  readonly kind: "input" | "output" | "state" | "fed-back" | "look" | "ahead";
  /** The `d` of a path. */
  readonly path: string;
  /** From 0 to 1. */
  readonly strength: number;
}

export interface ShapeLayout {
  readonly width: number;
  readonly height: number;
  readonly states: readonly ShapeState[];
  readonly tokens: readonly ShapeToken[];
  readonly lines: readonly ShapeLine[];
  /** Where a picture stands that is read. */
  readonly picture?: { readonly x: number; readonly y: number; readonly side: number };
  /** What is told of all steps together: a bar over them. */
  readonly pool?: { readonly from: number; readonly to: number; readonly y: number };
  readonly notes: readonly { readonly x: number; readonly y: number; readonly text: string }[];
}

export const stateRadius = 15;
export const tokenHeight = 28;
const dot = 14;
const margin = 10;
const pictureSide = 64;

/** About what a bold text takes at 15 pixels, in any system's typeface. */
export function tokenWidth(text: string): number {
  return text === "" ? dot : Math.max(24, Math.round(9 * [...text].length) + 14);
}

/** The steps of a shape: what is read and said at each. */
interface Step {
  readonly input?: string;
  readonly output?: string;
  readonly part: "reader" | "writer";
}

function listSteps(kind: ShapeKind, { inputs, outputs }: ShapeContent): readonly Step[] {
  switch (kind) {
    case "one-to-many":
      return outputs.map((output, at) => ({
        output,
        part: "writer",
        ...(at === 0 && inputs[0] !== undefined ? { input: inputs[0] } : {}),
      }));
    case "many-to-one":
    case "forecast":
      return inputs.map((input) => ({ input, part: "reader" }));
    case "aligned":
      return Array.from({ length: Math.max(inputs.length, outputs.length) }, (_, at) => ({
        part: "reader",
        ...(inputs[at] === undefined ? {} : { input: inputs[at] }),
        ...(outputs[at] === undefined ? {} : { output: outputs[at] }),
      }));
    case "encoder-decoder":
      return [
        ...inputs.map((input): Step => ({ input, part: "reader" })),
        ...outputs.map((output): Step => ({ output, part: "writer" })),
      ];
  }
}

/** The unrolled network with what it reads and says. */
export function shape(kind: ShapeKind, content: ShapeContent): ShapeLayout {
  const steps = listSteps(kind, content);
  const { isBoth = false, hasPicture = false, isOngoing = false } = content;
  const y = {
    output: margin + tokenHeight / 2,
    pool: 62,
    backward: 96,
    state: isBoth ? 146 : 96,
    input: isBoth ? 206 : 158,
  };
  if (hasPicture) y.input += (pictureSide - tokenHeight) / 2;
  const xs = placeSteps(kind, steps, content);
  const last = xs.at(-1) ?? margin;
  const states: ShapeState[] = [];
  const tokens: ShapeToken[] = [];
  const lines: ShapeLine[] = [];
  steps.forEach(({ input, output, part }, at) => {
    const x = xs[at] ?? 0;
    const isReadBoth = isBoth && part === "reader";
    states.push({ x, y: y.state, part });
    if (isReadBoth) states.push({ x, y: y.backward, part: "backward" });
    if (input !== undefined) {
      if (!hasPicture) tokens.push({ x, y: y.input, width: tokenWidth(input), text: input, kind: "input" });
      const from = y.input - (hasPicture ? pictureSide : input === "" ? dot : tokenHeight) / 2;
      lines.push(vertical("input", x, from, y.state + stateRadius));
    }
    if (output !== undefined) {
      tokens.push({ x, y: y.output, width: tokenWidth(output), text: output, kind: "output" });
      const to = y.output + (output === "" ? dot : tokenHeight) / 2;
      lines.push(vertical("output", x, (isReadBoth ? y.backward : y.state) - stateRadius, to));
    }
    // From the lower network past the upper one.
    if (isReadBoth) lines.push(vertical("input", x, y.state - stateRadius, y.backward + stateRadius));
  });
  lines.push(...joinStates(xs, steps, { ...y, isBoth, isOngoing }));
  if (content.isFedBack === true) lines.push(...feedBack(xs, steps, { ...y, toInput: kind === "aligned" }));
  lines.push(...drawLooks(xs, content, { from: isBoth ? y.backward : y.state, to: y.state }));
  const tail = kind === "many-to-one" ? sayOnce(xs, content, y) : kind === "forecast" ? sayAhead(last, content, y) : {};
  const ends = [...tokens, ...(tail.tokens ?? [])].map(({ x, width }) => x + width / 2);
  const bottom = y.input + (hasPicture ? pictureSide : tokenHeight) / 2;
  return {
    width: Math.max(last + stateRadius, ...ends) + margin,
    height: bottom + margin,
    states,
    tokens: [...tokens, ...(tail.tokens ?? [])],
    lines: [...lines, ...(tail.lines ?? [])],
    notes: tail.notes ?? [],
    ...(tail.pool === undefined ? {} : { pool: tail.pool }),
    ...(hasPicture && xs[0] !== undefined ? { picture: { x: xs[0], y: y.input, side: pictureSide } } : {}),
  };
}

/** The middle of each step: as far apart as their texts need. */
function placeSteps(kind: ShapeKind, steps: readonly Step[], content: ShapeContent): readonly number[] {
  const isText = [...content.inputs, ...content.outputs].some((text) => text !== "");
  const gap = isText ? 12 : 22;
  let x = margin + (content.isOngoing === true ? 26 : 0);
  return steps.map(({ input = "", output = "", part }, at) => {
    const isFirst = at === 0;
    // The two networks stand apart.
    if (kind === "encoder-decoder" && part === "writer" && steps[at - 1]?.part === "reader") x += gap;
    const own = isFirst && content.hasPicture === true ? pictureSide : 0;
    const width = Math.max(2 * stateRadius + (isText ? 4 : 0), own, tokenWidth(input), tokenWidth(output));
    const middle = x + width / 2;
    x += width + gap;
    return middle;
  });
}

const round = (value: number): number => Math.round(value * 10) / 10;

function vertical(kind: ShapeLine["kind"], x: number, from: number, to: number): ShapeLine {
  return { kind, path: `M${round(x)} ${round(from)}V${round(to)}`, strength: 1 };
}

/** Room that the head of an arrow keeps from what it points at. */
const headRoom = 3;

function joinStates(
  xs: readonly number[],
  steps: readonly Step[],
  at: { readonly state: number; readonly backward: number; readonly isBoth: boolean; readonly isOngoing: boolean },
): readonly ShapeLine[] {
  const lines: ShapeLine[] = [];
  const line = (path: string): void => void lines.push({ kind: "state", path, strength: 1 });
  if (at.isOngoing && xs[0] !== undefined)
    line(`M${round(xs[0] - stateRadius - 24)} ${at.state}H${round(xs[0] - stateRadius - headRoom)}`);
  xs.slice(1).forEach((x, step) => {
    const before = xs[step] ?? 0;
    line(`M${round(before + stateRadius)} ${at.state}H${round(x - stateRadius - headRoom)}`);
    if (at.isBoth && steps[step + 1]?.part === "reader")
      line(`M${round(x - stateRadius)} ${at.backward}H${round(before + stateRadius + headRoom)}`);
  });
  return lines;
}

function feedBack(
  xs: readonly number[],
  steps: readonly Step[],
  at: { readonly output: number; readonly state: number; readonly input: number; readonly toInput: boolean },
): readonly ShapeLine[] {
  return steps.flatMap(({ output }, step): readonly ShapeLine[] => {
    const [x, next] = [xs[step], xs[step + 1]];
    if (output === undefined || x === undefined || next === undefined) return [];
    const right = x + tokenWidth(output) / 2;
    const middle = (x + next) / 2;
    // To what is read next, from the left; or to the next state, from below.
    const slope = 0.75 * (stateRadius + headRoom);
    const [toX, toY] = at.toInput
      ? [next - tokenWidth(steps[step + 1]?.input ?? "") / 2 - headRoom, at.input]
      : [next - slope, at.state + slope];
    const end = at.toInput ? `${round(middle - 6)} ${round(toY)}` : `${round(toX - 20)} ${round(toY + 20)}`;
    const path = `M${round(right)} ${at.output}C${round(middle + 6)} ${at.output} ${end} ${round(toX)} ${round(toY)}`;
    return [{ kind: "fed-back", path, strength: 1 }];
  });
}

/** Shares below this are not drawn: they would be hardly seen, and there are many. */
const leastLook = 0.12;

function drawLooks(
  xs: readonly number[],
  { inputs, looks = [] }: ShapeContent,
  y: { readonly from: number; readonly to: number },
): readonly ShapeLine[] {
  return looks.flatMap((row, output) =>
    inputs.flatMap((_, input): readonly ShapeLine[] => {
      const [from, to, strength] = [xs[input], xs[inputs.length + output], row[input] ?? 0];
      if (from === undefined || to === undefined || strength < leastLook) return [];
      const top = y.from - stateRadius;
      const lift = Math.min(34, 10 + (to - from) * 0.08);
      const path = `M${round(from)} ${top}C${round(from + 14)} ${round(top - lift)} ${round(to - 30)} ${round(top - lift)} ${round(to - 0.7 * stateRadius)} ${round(y.to - 0.7 * stateRadius)}`;
      return [{ kind: "look", path, strength: Math.min(1, strength) }];
    }),
  );
}

type Tail = Partial<Pick<ShapeLayout, "tokens" | "lines" | "notes" | "pool">>;

interface Heights {
  readonly output: number;
  readonly pool: number;
  readonly backward: number;
  readonly state: number;
}

/** One answer: of the last state, or of all where two networks read. */
function sayOnce(xs: readonly number[], { outputs: [text = ""], isBoth = false }: ShapeContent, y: Heights): Tail {
  const [first = margin, last = margin] = [xs[0], xs.at(-1)];
  const height = (text === "" ? dot : tokenHeight) / 2;
  const width = tokenWidth(text);
  const middle = isBoth ? (first + last) / 2 : last;
  const x = Math.max(middle, margin + width / 2);
  const token: ShapeToken = { x, y: y.output, width, text, kind: "output" };
  if (!isBoth) return { tokens: [token], lines: [vertical("output", last, y.state - stateRadius, y.output + height)] };
  return {
    tokens: [token],
    pool: { from: first - stateRadius, to: last + stateRadius, y: y.pool },
    lines: [
      vertical("output", x, y.pool - 5, y.output + height),
      ...xs.map((step) => vertical("output", step, y.backward - stateRadius, y.pool + 6)),
    ],
  };
}

/** One answer about a step to come. */
function sayAhead(last: number, { outputs: [text = ""], ahead = "" }: ShapeContent, y: Heights): Tail {
  const width = tokenWidth(text);
  const between = ahead === "" ? 40 : tokenWidth(ahead);
  const x = last + stateRadius + between + width / 2;
  const height = (text === "" ? dot : tokenHeight) / 2;
  const path = `M${round(last + 0.7 * stateRadius)} ${round(y.state - 0.7 * stateRadius)}C${round(last + 30)} ${round(y.state - 44)} ${round(x)} ${round(y.state)} ${round(x)} ${round(y.output + height + headRoom)}`;
  const rule = `M${round(last + stateRadius + 8)} ${y.state + 8}H${round(x)}`;
  return {
    tokens: [{ x, y: y.output, width, text, kind: "output" }],
    lines: [
      { kind: "output", path, strength: 1 },
      { kind: "ahead", path: rule, strength: 1 },
    ],
    notes: ahead === "" ? [] : [{ x: (last + stateRadius + 8 + x) / 2, y: y.state + 28, text: ahead }],
  };
}
