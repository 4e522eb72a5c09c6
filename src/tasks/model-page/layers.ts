/** The sections on what a network is made of: layers, equations, weights and the spectra of its recurrent matrices. */
import {
  describeNumbers,
  drawCell,
  drawEigenvalues,
  drawHistogram,
  escapeXml,
  jacobianSpectrum,
  printMathML,
} from "../../inspect/index.ts";
import type { Spectrum } from "../../inspect/index.ts";
import type { Cell } from "../../language/index.ts";
import { cellOf, describeNetwork, encoderPrefix } from "../../network/index.ts";
import type { ChainShape, ChainSpec, LayerSpec, NetworkSpec, ParameterValues } from "../../network/index.ts";
import { known } from "../../util/errors.ts";
import { printGrid, printHeading, printName, printPageTable, printReading, printText, printWide } from "./frame.ts";
import type { PageSection, Voice } from "./frame.ts";

/** A network with its numbers. */
export interface Weighted {
  readonly spec: NetworkSpec;
  readonly parameters: ParameterValues;
}

interface PlacedLayer {
  /** `0`, `encoder.1` */
  readonly path: string;
  readonly layer: LayerSpec;
  readonly inputs: number;
  readonly outputs: number;
}

/** The encoder's layers, then the others. */
function listLayers(spec: NetworkSpec): readonly PlacedLayer[] {
  const shape = describeNetwork(spec);
  const place = (chain: ChainSpec, of: ChainShape | undefined, prefix: string): readonly PlacedLayer[] =>
    chain.layers.map((layer, at) => ({
      path: `${prefix}${at}`,
      layer,
      inputs: of?.layers[at]?.inputSize ?? 0,
      outputs: of?.layers[at]?.outputSize ?? 0,
    }));
  const encoder = spec.encoder === undefined ? [] : place(spec.encoder, shape.encoder, encoderPrefix);
  return [...encoder, ...place(spec, shape, "")];
}

function nameLayer(layer: LayerSpec, { words, print }: Voice): string {
  const kinds = words.layerKinds;
  const extent = (of: number | readonly [number, number]): string =>
    [of]
      .flat()
      .map((one) => print(one))
      .join(" × ");
  switch (layer.kind) {
    case "cell":
      return `${printName(layer.cell.name)}${escapeXml(words.directions[layer.direction ?? "forward"])}`;
    case "embedding":
      return kinds.embedding;
    case "dropout":
      return `${kinds.dropout} ${print(layer.rate)}`;
    case "pool":
      return `${kinds.pool}: ${printName(layer.over)}`;
    case "convolution":
      return `${kinds.convolution} ${extent(layer.kernel)}${layer.activation === undefined ? "" : `, ${printName(layer.activation)}`}`;
    case "spatial-pool":
      return `${kinds["spatial-pool"]} ${extent(layer.kernel)}: ${printName(layer.over)}`;
  }
}

const countOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Each layer with what it reads and gives. */
export function describeLayersSection(spec: NetworkSpec, voice: Voice): PageSection {
  const { words, print } = voice;
  const { parameters } = describeNetwork(spec);
  const rows = listLayers(spec).map(({ path, layer, inputs, outputs }) => {
    const own = parameters.filter(({ name }) => name.startsWith(`${path}.`));
    const count = own.reduce((sum, { shape }) => sum + countOf(shape), 0);
    return [printName(path), nameLayer(layer, voice), print(inputs), print(outputs), print(count)];
  });
  const columns = [
    { title: words.layer.path },
    { title: words.layer.kind },
    { title: words.layer.inputs, isNumber: true },
    { title: words.layer.outputs, isNumber: true },
    { title: words.layer.parameters, isNumber: true },
  ];
  return {
    id: "layers",
    title: words.sections.layers,
    parts: [
      ...(spec.encoder === undefined ? [] : [printText(words.encoder)]),
      printPageTable({ caption: words.sections.layers, isTitled: true, columns, rows }),
    ],
  };
}

/** Each cell once: its formula, its diagram and the layers that it is in. */
export function describeEquationsSection(spec: NetworkSpec, voice: Voice): PageSection | undefined {
  const { words } = voice;
  const cells = new Map<string, { readonly cell: Cell; readonly paths: string[] }>();
  for (const { path, layer } of listLayers(spec)) {
    if (layer.kind !== "cell") continue;
    const key = `${layer.cell.name}\n${layer.cell.text}`;
    const found = cells.get(key) ?? { cell: cellOf(layer.cell), paths: [] };
    found.paths.push(path);
    cells.set(key, found);
  }
  if (cells.size === 0) return undefined;
  return {
    id: "equations",
    title: words.sections.equations,
    parts: [
      printText(words.equationsRead(words.sections.parameters)),
      ...[...cells.values()].flatMap(({ cell, paths }) => [
        printHeading(cell.name),
        printText(words.usedIn(paths.join(", "), paths.length), "soft small"),
        ...printEquations(cell, voice),
      ]),
    ],
  };
}

/** A cell's formula and diagram. */
export function printEquations(cell: Cell, { words }: Voice): readonly string[] {
  const { source } = cell.options;
  return [
    printWide(`${words.sections.equations}: ${cell.name}`, printMathML(cell)),
    ...(source === undefined
      ? []
      : [`<p class="soft small">${escapeXml(words.source)} <span lang="en">${escapeXml(source)}</span></p>`]),
    printWide(
      words.diagram(cell.name),
      drawCell(cell, { title: words.diagram(cell.name), subtitle: "", theme: "auto", words: words.flow }),
    ),
  ];
}

/** Moments and a histogram of every parameter. */
export function describeParametersSection({ spec, parameters }: Weighted, voice: Voice): PageSection {
  const { words, print } = voice;
  const said = words.parameter;
  const rows = describeNetwork(spec).parameters.map(({ name, shape, frozen }) => {
    const { mean, deviation, least, most, norm, histogram } = describeNumbers(known(parameters[name], name));
    const title = words.histogram(name, print(least), print(most));
    return [
      `${printName(name)}${frozen ? ` <span class="soft small">${escapeXml(said.frozen)}</span>` : ""}`,
      shape.map((n) => print(n)).join(" × "),
      ...[mean, deviation, least, most, norm].map((value) => print(value)),
      drawHistogram({ title, histogram, least, most }).trim(),
    ];
  });
  const numbers = [said.mean, said.deviation, said.least, said.most, said.norm];
  const columns = [
    { title: said.name },
    { title: said.shape },
    ...numbers.map((title) => ({ title, isNumber: true })),
    { title: said.histogram },
  ];
  return {
    id: "parameters",
    title: words.sections.parameters,
    parts: [
      printReading(words.parametersRead, undefined, voice),
      printPageTable({ caption: words.sections.parameters, isTitled: true, columns, rows }),
    ],
  };
}

/** Rows of a matrix whose eigenvalues are drawn, at most: their cost grows with the cube. */
const mostRows = 256;

/** Parameters that are square by the letters of their shape, which only those from a state to the next one are. */
export function recurrentMatrices(spec: NetworkSpec): readonly { readonly name: string; readonly size: number }[] {
  const { parameters } = describeNetwork(spec);
  return listLayers(spec).flatMap(({ path, layer }) => {
    if (layer.kind !== "cell") return [];
    const square = cellOf(layer.cell).parameters.filter(
      ({ shape: [rows, columns, more] }) => rows !== undefined && rows === columns && more === undefined,
    );
    return parameters
      .filter(({ name }) => name.startsWith(`${path}.`) && square.some((one) => name.endsWith(`.${one.name}`)))
      .map(({ name, shape: [size = 0] }) => ({ name, size }));
  });
}

/** The eigenvalues of every recurrent matrix. */
export function describeSpectraSection({ spec, parameters }: Weighted, voice: Voice): PageSection {
  const { words } = voice;
  const matrices = recurrentMatrices(spec);
  const large = matrices.filter(({ size }) => size > mostRows);
  const section = { id: "spectra", title: words.sections.spectra };
  if (matrices.length === 0) return { ...section, parts: [printText(words.noSpectra)] };
  const pictures = matrices
    .filter(({ size }) => size <= mostRows)
    .flatMap(({ name, size }) =>
      jacobianSpectrum({ size, matrices: [Float64Array.from(known(parameters[name], name))] }).map((one) =>
        drawSpectrum(name, one, voice),
      ),
    );
  return {
    ...section,
    parts: [
      printReading(words.spectraRead, words.spectraSource, voice),
      ...(pictures.length === 0 ? [] : [printGrid(pictures, "small-grid")]),
      ...(large.length === 0
        ? []
        : [printText(words.tooLarge(large.map(({ name }) => name).join(", "), voice.print(mostRows)))]),
    ],
  };
}

function drawSpectrum(name: string, { eigenvalues, spectralRadius, norm }: Spectrum, { words, print }: Voice): string {
  const radius = print(spectralRadius);
  return drawEigenvalues({
    title: words.eigenvalues(name, radius),
    description: words.eigenvaluesSaid(name, print(eigenvalues.real.length), radius, print(norm)),
    ...eigenvalues,
    axes: words.axes,
  });
}
