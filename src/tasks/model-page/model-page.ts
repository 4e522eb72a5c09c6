/** A trained model, or a cell, as one HTML page that stands alone, in English or Vietnamese. */
import { convertToMathML, printGradientLatex, recurrentCells, traceNetwork } from "../../inspect/index.ts";
import type { LoadedModel } from "../../formats/recurra/index.ts";
import type { Cell } from "../../language/index.ts";
import { version } from "../../util/version.ts";
import type { TaskJob } from "../task-table.ts";
import { describeTaskSection, describeTrainingSection } from "./facts.ts";
import { printDocument, printName, printPageTable, printText, printWide, speakIn } from "./frame.ts";
import type { PageLanguage, PageSection, Voice } from "./frame.ts";
import { describeGradientSection } from "./gradient.ts";
import {
  describeEquationsSection,
  describeLayersSection,
  describeParametersSection,
  describeSpectraSection,
  printEquations,
} from "./layers.ts";
import { ownSample } from "./sample.ts";
import type { ModelSample } from "./sample.ts";
import {
  describeAttentionSection,
  describeMemorySection,
  describeSampleSection,
  describeSaturationSection,
  describeValuesSection,
} from "./values.ts";

export interface ModelPage {
  readonly model: LoadedModel;
  /** Its task, where it has one. */
  readonly job?: TaskJob | undefined;
  /** What the model is called: its file. */
  readonly name: string;
  /** What it reads to be followed at work; what the file holds if absent. */
  readonly sample?: ModelSample | undefined;
  /** English if absent. */
  readonly language?: PageLanguage | undefined;
}

/**
 * What a model is, how it was trained, its layers, equations, weights and spectra, and what it does on a sample: gates and states over time, attention,
 * saturation, memory lengths and the gradient through time. One HTML document without a script, which loads nothing; what the model has not is said, not
 * drawn. Throws `network/…` for a sample that the network cannot read.
 */
export function printModelPage({ model, job, name, sample: given, language = "en" }: ModelPage): string {
  const voice = speakIn(language);
  const { words } = voice;
  const sample = given ?? ownSample(model, job);
  const found: readonly (PageSection | undefined)[] = [
    describeTaskSection(model, job, voice),
    describeTrainingSection(model, job, voice),
    describeLayersSection(model.spec, voice),
    describeEquationsSection(model.spec, voice),
    describeParametersSection(model, voice),
    describeSpectraSection(model, voice),
    ...describeWork(model, { job, sample, voice }),
  ];
  return printDocument(
    {
      title: words.modelTitle(name),
      lead: [],
      sections: found.filter((section) => section !== undefined),
      foot: words.madeBy(version),
    },
    voice,
  );
}

interface Work {
  readonly job: TaskJob | undefined;
  readonly sample: ModelSample | undefined;
  readonly voice: Voice;
}

/** What it does on the sample, or why there is nothing to see. */
function describeWork(model: LoadedModel, { job, sample, voice }: Work): readonly (PageSection | undefined)[] {
  const { words } = voice;
  const nothing = (text: string): PageSection => ({
    id: "values",
    title: words.sections.values,
    parts: [printText(text)],
  });
  if (sample === undefined) return [nothing(words.noSample)];
  const { inputs, source } = sample;
  const trace = traceNetwork(model, { inputs, ...(source === undefined ? {} : { source }) });
  const seen = { sample, trace };
  if (recurrentCells(trace).length === 0)
    return [describeSampleSection(seen, voice), nothing(words.noRecurrence), describeAttentionSection(seen, voice)];
  return [
    describeSampleSection(seen, voice),
    describeValuesSection(seen, voice),
    describeAttentionSection(seen, voice),
    describeSaturationSection(seen, voice),
    describeMemorySection(seen, voice),
    describeGradientSection(seen, job, voice),
  ];
}

/** Inputs and hidden units that a cell's parameters are counted for. */
const usualSize = 128;

/** A cell: its equations as a formula and a diagram, the shapes of what it reads and learns, and the gradient of a step. */
export function printCellPage(
  cell: Cell,
  { language = "en" }: { readonly language?: PageLanguage | undefined } = {},
): string {
  const voice = speakIn(language);
  const { words } = voice;
  const { summary } = cell.options;
  const sections: readonly PageSection[] = [
    {
      id: "equations",
      title: words.sections.equations,
      parts: [printText(words.equationsRead(words.sections.shapes)), ...printEquations(cell, voice)],
    },
    { id: "shapes", title: words.sections.shapes, parts: printShapes(cell, voice) },
    {
      id: "gradient",
      title: words.sections.gradientEquations,
      parts: [
        printText(words.gradientEquationsRead),
        printWide(words.sections.gradientEquations, convertToMathML(printGradientLatex(cell))),
      ],
    },
  ];
  const lead = summary === undefined ? [] : [`<div lang="en">${printText(summary)}</div>`];
  return printDocument({ title: words.cellTitle(cell.name), lead, sections, foot: words.madeBy(version) }, voice);
}

function printShapes(cell: Cell, { words, print }: Voice): readonly string[] {
  const { frozen = [] } = cell.options;
  const shape = (of: readonly (string | number)[]): string => (of.length === 0 ? words.aNumber : of.join(" × "));
  const rows = [
    ...cell.inputs.map((one) => [printName(one.name), words.kinds.input, shape(one.shape)]),
    ...cell.memories.map((one) => [printName(one.name), words.kinds.memory, shape(one.shape)]),
    ...cell.states.map((one) => [printName(one.name), words.kinds.state, shape(one.shape)]),
    ...cell.parameters.map((one) => [
      printName(one.name),
      frozen.includes(one.name) ? words.kinds.frozen : words.kinds.parameter,
      shape(one.shape),
    ]),
  ];
  const columns = [{ title: words.name }, { title: words.kind }, { title: words.parameter.shape }];
  const letters = [...new Set(cell.parameters.flatMap((one) => one.shape.filter((n) => typeof n === "string")))];
  const sizes: Readonly<Record<string, number>> = { I: usualSize, H: usualSize };
  const isCounted = letters.every((letter) => letter in sizes);
  const count = cell.parameters.reduce(
    (sum, one) =>
      sum + one.shape.reduce<number>((product, n) => product * (typeof n === "number" ? n : (sizes[n] ?? NaN)), 1),
    0,
  );
  return [
    printPageTable({ caption: words.sections.shapes, isTitled: true, columns, rows }),
    ...(letters.length === 0 ? [] : [printText(words.sizesNote(letters.join(", ")))]),
    ...(isCounted && cell.parameters.length > 0 ? [printText(words.count(print(count), print(usualSize)))] : []),
  ];
}
