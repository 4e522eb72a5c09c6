/** The sections on what a network does as it reads a sample: its values over time, where it looked, saturation and memory lengths. */
import {
  attentionOf,
  drawAlignment,
  drawCurves,
  drawHeatMap,
  drawSaturation,
  memoryLength,
  recurrentCells,
  saturation,
  toneOf,
} from "../../inspect/index.ts";
import type { CellTrace, HeatMap, MemoryLength, SeriesStyle, Signal, Trace, TracedValue } from "../../inspect/index.ts";
import { known } from "../../util/errors.ts";
import {
  printGrid,
  printHeading,
  printName,
  printPageTable,
  printPicture,
  printReading,
  printText,
  printWide,
} from "./frame.ts";
import type { PageSection, Voice } from "./frame.ts";
import type { ModelSample } from "./sample.ts";

/** A sample that was read. */
export interface Seen {
  readonly sample: ModelSample;
  readonly trace: Trace;
}

/** Characters of a text that are shown of it. */
const shownText = 300;

function shortenText(text: string): string {
  const characters = Array.from(text.replaceAll(/\s+/gu, " ").trim());
  return characters.length <= shownText ? characters.join("") : `${characters.slice(0, shownText).join("")}…`;
}

/** Which sample it is, and what the network reads of it. */
export function describeSampleSection({ sample, trace }: Seen, voice: Voice): PageSection {
  const { words, print } = voice;
  const { origin, isCut, said, views } = sample;
  const read = trace.source ?? trace.input;
  const count = print(read.steps);
  const isNumbers =
    (trace.source === undefined ? trace.model.spec : trace.model.spec.encoder)?.input.kind === "features";
  return {
    id: "sample",
    title: words.sections.sample,
    parts: [
      printText(describeOrigin(sample, voice)),
      printText(isCut ? words.sampleCut(count) : words.sampleSteps(count)),
      ...(said === undefined ? [] : [printText(words.said(shortenText(said))), printText(words.answered)]),
      ...(views === undefined ? [] : [printText(words.oneView(print(views)))]),
      ...(isNumbers && origin.kind !== "text" ? drawInputs(read, voice) : []),
    ],
  };
}

function describeOrigin({ origin, labels = [], sourceLabels = [] }: ModelSample, { words }: Voice): string {
  const from = words.sampleFrom;
  if (origin.kind === "text") return from.text(shortenText(origin.text));
  if (origin.kind === "sentence") return from.sentence(shortenText(origin.text));
  if (origin.kind === "file") return from.file(origin.name);
  const tokens = sourceLabels.length > 0 ? sourceLabels : labels;
  const isLetters = tokens.every((token) => Array.from(token).length === 1);
  return tokens.length === 0
    ? from["self-test"]
    : `${from["self-test"]} ${shortenText(tokens.join(isLetters ? "" : " "))}`;
}

/** A heat map in the voice's language. */
function drawMap(map: Omit<HeatMap, "locale">, { chart }: Voice): string {
  return drawHeatMap({ ...map, locale: chart.locale });
}

function drawInputs({ values, steps, size }: Signal, voice: Voice): readonly string[] {
  const { words, print } = voice;
  const map = {
    title: words.inputs,
    description: words.inputsSaid(print(steps), print(size), print(meanOf(values))),
    values,
    steps,
    units: size,
    scale: "diverging",
    tone: "time",
    unitLabel: words.input,
    stepLabel: words.step,
  } as const;
  return [printText(words.inputsRead), printGrid([drawMap(map, voice)])];
}

function meanOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}

/** What is read at the steps of a cell, where each has its own name. */
function labelsOf(cell: CellTrace, { sample, trace }: Seen): readonly string[] | undefined {
  const isEncoder = trace.encoder.some(({ cells }) => cells.includes(cell));
  const labels = isEncoder ? sample.sourceLabels : sample.labels;
  return labels?.length === cell.output.steps ? labels : undefined;
}

function nameCell({ path, cell, output }: CellTrace, { words, print }: Voice): string {
  return words.cellOf(path, cell.name, print(output.size));
}

/** Heat maps of every value of every recurrent cell. */
export function describeValuesSection(seen: Seen, voice: Voice): PageSection {
  const { words } = voice;
  return {
    id: "values",
    title: words.sections.values,
    parts: [
      printReading(words.valuesRead, words.valuesSource, voice),
      ...recurrentCells(seen.trace).flatMap((cell) => [
        printHeading(nameCell(cell, voice)),
        ...(cell.reverse ? [printText(words.fromEnd, "soft small")] : []),
        printGrid(cell.values.map((value) => drawValue(value, cell, { seen, voice }))),
      ]),
    ],
  };
}

function drawValue(
  value: TracedValue,
  cell: CellTrace,
  { seen, voice }: { readonly seen: Seen; readonly voice: Voice },
): string {
  const { words, print } = voice;
  const { name, role, steps, size, values } = value;
  const labels = labelsOf(cell, seen);
  return drawMap(
    {
      title: words.valueMap(name, words.roles[role]),
      description: words.valueSaid(name, cell.path, print(steps), print(size), print(meanOf(values))),
      values,
      steps,
      units: size,
      scale: role === "gate" ? "share" : "diverging",
      tone: toneOf(value),
      unitLabel: words.unit,
      ...(labels === undefined ? { stepLabel: words.step } : { stepLabels: labels }),
    },
    voice,
  );
}

/** Steps of a source whose tokens are written beside the map. */
const mostWritten = 40;

/** Where cells that attend looked; nothing where none does. */
export function describeAttentionSection({ sample, trace }: Seen, voice: Voice): PageSection | undefined {
  const { words, print } = voice;
  const looked = attentionOf(trace);
  if (looked.length === 0) return undefined;
  const { sourceLabels = [], labels = [] } = sample;
  const pictures = looked.map(({ path, memory, weights }) => {
    const title = words.attention(path);
    const steps = weights.length;
    const units = known(weights[0], "a step").length;
    if (sourceLabels.length === units && units <= mostWritten && labels.length === steps)
      return printWide(title, drawAlignment({ source: sourceLabels, target: sayNext(labels), weights, title }));
    const values = weights.flatMap((row) => [...row]);
    const description = words.valueSaid(memory, path, print(steps), print(units), print(meanOf(values)));
    const map = {
      title,
      description,
      values,
      steps,
      units,
      scale: "share",
      tone: "state",
      most: values.reduce((most, share) => Math.max(most, share), 0),
      unitLabel: words.region,
      ...(labels.length === steps ? { stepLabels: sayNext(labels) } : { stepLabel: words.step }),
    } as const;
    return `${printText(words.attentionTurned)}\n${printGrid([drawMap(map, voice)])}`;
  });
  return {
    id: "attention",
    title: words.sections.attention,
    parts: [printReading(words.attentionRead, words.attentionSource, voice), ...pictures],
  };
}

/** What is said at each step is what is read at the next; the end is said last. */
function sayNext(labels: readonly string[]): readonly string[] {
  return [...labels.slice(1), "◂"];
}

/** How often gates stand open or shut, for each bounded value of each recurrent cell. */
export function describeSaturationSection({ trace }: Seen, voice: Voice): PageSection {
  const { words, print } = voice;
  const cells = recurrentCells(trace).map((cell) => ({ cell, found: saturation(cell) }));
  const parts = cells.flatMap(({ cell, found }) => {
    if (found.length === 0) return [];
    const pictures = found.map(({ name, kind, left, right }) => {
      const value = known(
        cell.values.find((one) => one.name === name),
        name,
      );
      const [low, high] = [left, right].map((shares) => `${print(100 * meanOf(shares))} %`);
      return drawSaturation({
        title: words.valueMap(name, words.roles[value.role]),
        description: words.saturationSaid(name, cell.path, low ?? "", high ?? ""),
        left,
        right,
        tone: toneOf(value),
        axes: words.saturationAxes[kind],
      });
    });
    return [printHeading(nameCell(cell, voice)), printGrid(pictures, "small-grid")];
  });
  return {
    id: "saturation",
    title: words.sections.saturation,
    parts:
      parts.length === 0
        ? [printText(words.noSaturation)]
        : [printReading(words.saturationRead, words.saturationSource, voice), ...parts],
  };
}

/** How long each unit keeps what it holds. */
export function describeMemorySection({ trace }: Seen, voice: Voice): PageSection {
  const { words } = voice;
  const cells = recurrentCells(trace);
  const found = cells.map(({ path }) => ({ path, memories: memoryLength(trace, { layer: path }) }));
  const columns = [
    { title: words.layerOf },
    { title: words.state },
    { title: words.longest, isNumber: true },
    { title: words.median, isNumber: true },
    { title: words.shortest, isNumber: true },
  ];
  const rows = found.flatMap(({ path, memories }) =>
    memories.map(({ state, lengths }) => {
      const sorted = lengths.toSorted().reverse();
      const print = (value = NaN): string => (value === Infinity ? words.never : voice.print(value));
      return [printName(path), printName(state), ...[sorted[0], medianOf(sorted), sorted.at(-1)].map(print)];
    }),
  );
  return {
    id: "memory",
    title: words.sections.memory,
    parts: [
      printReading(words.memoryRead, words.memorySource, voice),
      `<div class="grid">\n${found.map(({ path, memories }) => drawMemories(path, memories, voice)).join("\n")}\n</div>`,
      printPageTable({ caption: words.memoryTable, columns, rows }),
    ],
  };
}

/** The middle one of sorted lengths, or the mean of the middle two. */
function medianOf(sorted: ArrayLike<number>): number {
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? NaN) + (sorted[Math.floor(half)] ?? NaN)) / 2;
}

/** Curves of states in the colours that states have, as far as these tell them apart. */
export function styleStates<T extends { readonly name: string }>(
  states: readonly T[],
): readonly (T & { readonly style: SeriesStyle })[] {
  const taken = new Set<SeriesStyle>();
  return states.map((one) => {
    const tone = toneOf({ name: `${one.name}'`, role: "state" });
    const style = tone === "memory" || tone === "state" ? tone : "other";
    const own = taken.has(style) ? "other" : style;
    taken.add(own);
    return { ...one, style: own };
  });
}

/** The lengths of each state in falling order, and how many a logarithmic axis has no place for. */
function drawMemories(path: string, memories: readonly MemoryLength[], { words, print, chart }: Voice): string {
  const curves = styleStates(
    memories.map(({ state, lengths }) => ({ name: state, values: lengths.toSorted().reverse() })),
  );
  const missing = curves.flatMap(({ name, values }) => {
    const [endless, none] = [Infinity, 0].map((length) => values.filter((value) => value === length).length);
    return [
      ...(endless === 0 ? [] : [words.endless(name, print(endless ?? 0), print(values.length))]),
      ...(none === 0 ? [] : [words.wiped(name, print(none ?? 0), print(values.length))]),
    ];
  });
  const said = missing.length === 0 ? undefined : words.notDrawn(missing.join("; "));
  const isEmpty = !curves.some(({ values }) => values.some((value) => value > 0 && value < Infinity));
  if (isEmpty) return printText(`${words.memoryChart(path)}. ${said ?? ""}`);
  const svg = drawCurves({
    ...chart,
    title: words.memoryChart(path),
    xLabel: words.rank,
    yLabel: words.memoryAxis,
    log: true,
    curves,
    width: 420,
    height: 280,
  });
  return printPicture(svg, said);
}
