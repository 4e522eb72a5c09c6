/** The page of a model: a whole document that loads nothing, and its numbers are those of recurra/inspect. */
import { describe, expect, test } from "vitest";
import { findXmlFault } from "../../../test/support/check-xml.ts";
import { inspectedNetworks } from "../../../test/support/inspect-networks.ts";
import { cells } from "../../cells/index.ts";
import { load, save } from "../../formats/recurra/index.ts";
import type { LoadedModel } from "../../formats/recurra/index.ts";
import {
  describeNumbers,
  findCell,
  gradientThroughTime,
  growthExponents,
  jacobianSpectrum,
  memoryLength,
  stepJacobians,
  traceNetwork,
} from "../../inspect/index.ts";
import { cell } from "../../language/index.ts";
import { createModel, initialiseNetwork, network } from "../../network/index.ts";
import type { NetworkSpec } from "../../network/index.ts";
import { pageLanguages, speakIn } from "./frame.ts";
import { printCellPage, printModelPage } from "./model-page.ts";
import { en } from "./words-en.ts";
import { vi } from "./words-vi.ts";

/** Every text drawn in a picture of a page. */
function textsOf(page: string): readonly string[] {
  return [...page.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => text);
}

/** The page as one XML element, with what it could load. */
function checkPage(page: string): void {
  expect(page.startsWith("<!doctype html>\n<html lang=")).toBe(true);
  expect(findXmlFault(page.replace("<!doctype html>\n", ""))).toBeUndefined();
  expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  const links = [...page.matchAll(/\s(?:src|href|action|data|poster|srcset|xlink:href)="([^"]*)"/g)].map(
    ([, to]) => to,
  );
  const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const link of links) expect(ids).toContain(link?.replace("#", ""));
  expect(page).not.toMatch(/<script|<link|@import|url\(|\son\w+=/);
  expect(page.replaceAll(/xmlns="http:\/\/www\.w3\.org\/[^"]*"/g, "")).not.toMatch(/https?:/);
  expect(page).not.toMatch(/>undefined<|\bNaN\b|\[object/);
  const pictures = page.match(/<svg [^>]*role="img"[^>]*>/g) ?? [];
  expect(page.match(/<svg [^>]*role="img"[^>]*>\s*<title>[^<]+<\/title>/g) ?? []).toHaveLength(pictures.length);
}

const spec = network({ features: 2 }).recurrent("lstm", { size: 6 }).last().dense(1).build();
const parameters = initialiseNetwork(spec, { seed: 3 });
const inputs = Float32Array.from({ length: 24 }, (_, at) => Math.sin(at));

function opened(): LoadedModel {
  return load(save(createModel({ spec, parameters }), { selfTest: { steps: 12, batch: 1, inputs } }));
}

describe("a network with a self-test", () => {
  const page = printModelPage({ model: opened(), name: "lstm <6>.safetensors" });
  const { print } = speakIn("en");

  test("is a whole document", () => {
    checkPage(page);
    expect(page).toContain("<h1>lstm &lt;6&gt;.safetensors: a model from inside</h1>");
    for (const title of Object.values({ ...en.sections, shapes: "", gradientEquations: "", attention: "" }))
      expect(page).toContain(title);
    expect(page).toContain(en.sampleFrom["self-test"]);
    expect(page).toContain(en.noTraining);
  });

  test("has the numbers of recurra/inspect", () => {
    const trace = traceNetwork({ spec, parameters }, { inputs });
    const { mean, deviation } = describeNumbers(parameters["0.U_f"] ?? []);
    const row = page.slice(page.indexOf(">0.U_f</code>"));
    expect(row).toMatch(
      new RegExp(`^[^]{0,80}6 × 6</td><td class="number">${print(mean)}</td><td class="number">${print(deviation)}<`),
    );
    const [spectrum] = jacobianSpectrum({ size: 6, matrices: [Float64Array.from(parameters["0.U_f"] ?? [])] });
    expect(page).toContain(`>0.U_f: spectral radius ${print(spectrum?.spectralRadius ?? NaN)}<`);
    const { values } = findCell(trace).values.find(({ name }) => name === "f") ?? { values: [] };
    const meanGate = Array.from(values).reduce((a, b) => a + b, 0) / values.length;
    expect(page).toContain(`Heat map of f in layer 0, 12 steps by 6 units, mean ${print(meanGate)}`);
    const sorted = memoryLength(trace)[0]?.lengths.toSorted() ?? [];
    const median = ((sorted[2] ?? NaN) + (sorted[3] ?? NaN)) / 2;
    expect(page).toContain(
      [sorted[5] ?? NaN, median, sorted[0] ?? NaN].map((one) => `<td class="number">${print(one)}</td>`).join(""),
    );
    const { norms } = gradientThroughTime(trace)[0] ?? { norms: new Float64Array() };
    const factor = ((norms[0] ?? NaN) / (norms[11] ?? NaN)) ** (1 / 11);
    expect(page).toContain(`c reaches the other end (× ${print(factor)} a step back)`);
    const [exponent = NaN] = growthExponents(stepJacobians(trace), { count: 1 }).exponents;
    expect(page).toContain(
      `Largest growth exponent ${print(exponent)} a step: two states that differ a little are on average × ${print(Math.exp(exponent))} as far`,
    );
    const read = describeNumbers(inputs);
    expect(page).toContain(`Heat map of what it reads, 12 steps by 2 inputs, mean ${print(read.mean)}`);
  });

  test("is the same in Vietnamese, with a decimal comma", () => {
    const other = printModelPage({ model: opened(), name: "lstm.safetensors", language: "vi" });
    checkPage(other);
    expect(other).toContain('<html lang="vi">');
    expect(other).toContain(vi.sections.saturation);
    const { mean } = describeNumbers(parameters["0.U_f"] ?? []);
    expect(speakIn("vi").print(mean)).toContain(",");
    expect(other).toContain(`<td class="number">${speakIn("vi").print(mean)}</td>`);
    expect(other.match(/<svg /g)?.length).toBe(page.match(/<svg /g)?.length);
  });

  test("reads a sample that is given", () => {
    const sample = { origin: { kind: "file", name: "wave.csv" }, inputs: inputs.slice(0, 8), isCut: true } as const;
    const other = printModelPage({ model: opened(), name: "m", sample });
    expect(other).toContain("What was given in wave.csv.");
    expect(other).toContain("Of a longer one only these 4 steps are shown.");
    expect(other).toContain("Heat map of f in layer 0, 4 steps");
  });
});

/** The page of a network on a sample of numbers. */
function pageOf(
  own: NetworkSpec,
  {
    steps = 12,
    ...numbers
  }: { readonly parameters?: Readonly<Record<string, Float32Array>>; readonly steps?: number } = {},
): string {
  const given = numbers.parameters ?? initialiseNetwork(own, { seed: 1 });
  const model = load(save(createModel({ spec: own, parameters: given })));
  const read = own.encoder === undefined ? inputs.slice(0, steps) : Float32Array.of(0, 1, 2);
  const source = own.encoder === undefined ? {} : { source: Float32Array.of(3, 2, 1, 0) };
  const sample = { origin: { kind: "file", name: "f" }, inputs: read, ...source, isCut: false } as const;
  const page = printModelPage({ model, name: "m", sample });
  checkPage(page);
  return page;
}

describe("sentences hold for the model that they are about", () => {
  const chain = () => network({ features: 1 });
  const turned = (page: string): number => page.split(en.gradientTurned).length - 1;

  test("nothing is said to be learned where it was not", () => {
    expect(pageOf(chain().recurrent("echo-state", { size: 3 }).last().dense(1).build())).not.toContain("was learned");
    expect(printCellPage(cells.lstm)).not.toContain("learned");
    expect(pageOf(chain().recurrent("gru", { size: 3 }).build())).toContain("under “Weights”");
    expect(printCellPage(cells.gru)).toContain("under “Shapes”");
  });

  test("where a gradient comes in, and which way it travels", () => {
    const plain = pageOf(chain().recurrent("rnn", { size: 3 }).last().dense(1).build());
    expect([turned(plain), plain.includes(en.gradientThroughout)]).toEqual([0, false]);
    expect(plain).toMatch(/h (vanishes|reaches the other end) \(× /);
    // Its gradient, and its product of Jacobians.
    const backward = pageOf(chain().recurrent("rnn", { size: 3, direction: "backward" }).last().dense(1).build());
    expect([turned(backward), backward.includes(en.gradientThroughout)]).toEqual([2, false]);
    const pooled = pageOf(chain().recurrent("rnn", { size: 3 }).mean().dense(1).build());
    expect([turned(pooled), pooled.includes(en.gradientThroughout)]).toEqual([0, true]);
    expect(pooled).not.toContain("a step back)");
    const stacked = pageOf(
      chain().recurrent("rnn", { size: 3 }).recurrent("rnn", { size: 2, direction: "both" }).build(),
    );
    expect(stacked.split(en.gradientThroughout)).toHaveLength(2);
    const encoder = network({ tokens: 4 }).embedding(2).recurrent("gru", { size: 4 }).build();
    const attended = network({ tokens: 4, encoder })
      .embedding(2)
      .recurrent("gru-attention", { size: 4 })
      .dense(4)
      .build();
    const deaf = network({ tokens: 4, encoder }).embedding(2).recurrent("gru", { size: 4 }).dense(4).build();
    expect(pageOf(attended).split(en.gradientThroughout)).toHaveLength(2);
    expect(pageOf(deaf)).not.toContain(en.gradientThroughout);
  });

  test("a gradient of which nothing is left, and one that is multiplied by nothing", () => {
    // tanh' (0) U = 0 at every step: h' does not depend on h at all.
    const own = chain().recurrent("rnn", { size: 1 }).last().build();
    const parameters = Object.fromEntries(
      Object.entries(initialiseNetwork(own, { seed: 1 })).map(([name, values]) => [name, values.fill(0)]),
    );
    const page = pageOf(own, { parameters });
    expect(page).toContain(en.goneFate("h"));
    expect(page).not.toContain("× –");
    expect(page).toContain("Largest growth exponent \u2212∞ a step");
    expect(page).toContain(`${en.wiped("h", "1", "1")}.`);
  });

  test("units that a logarithmic axis has no place for", () => {
    const keep = cell("keep", "h' = u * h + W x");
    const own = chain().recurrent(keep, { size: 4 }).last().build();
    const parameters = { "0.W": Float32Array.of(1, 1, 1, 1), "0.u": Float32Array.of(1, 1, 0, 0.5) };
    const page = pageOf(own, { parameters });
    expect(page).toContain(en.notDrawn(`${en.endless("h", "2", "4")}; ${en.wiped("h", "1", "4")}`));
    // -1 / log 0.5 = 1.44; the median of ∞, ∞, 1.44, 0 lies halfway between the middle two.
    expect(page).toContain(
      `<td class="number">${en.never}</td><td class="number">${en.never}</td><td class="number">0</td>`,
    );
  });
});

test("numbers of pictures are written as the page's others are", () => {
  const own = network({ features: 1 }).recurrent("lstm", { size: 3 }).last().dense(1).build();
  const parameters = initialiseNetwork(own, { seed: 1 });
  parameters["2.W"]?.forEach((value, at, all) => (all[at] = value * 1e-7));
  const model = load(
    save(createModel({ spec: own, parameters }), {
      training: {
        data: { source: "t", rows: 1234 },
        parts: { train: 1, validation: 1, test: 1 },
        seed: 1,
        batch: 8,
        loss: "mse",
        optimiser: "adam",
        epochs: 3,
        because: "epochs",
        kept: { epoch: 3, loss: 0.125 },
        history: [0.75, 0.5, 0.125].map((loss, at) => ({ epoch: at + 1, loss, rate: 0.01 })),
      },
    }),
  );
  const sample = { origin: { kind: "file", name: "f" }, inputs: inputs.slice(0, 12), isCut: false } as const;
  const [english = "", vietnamese = ""] = pageLanguages.map((language) =>
    printModelPage({ model, name: "m", sample, language }),
  );
  // A point between digits is a decimal point unless three digits follow it.
  const point = /\d\.\d{1,2}(?!\d)|\d\.\d{4,}/;
  expect(textsOf(english).some((text) => point.test(text))).toBe(true);
  expect(textsOf(vietnamese).filter((text) => point.test(text))).toEqual([]);
  expect(textsOf(vietnamese).some((text) => /^0,\d/.test(text))).toBe(true);
  for (const page of [english, vietnamese]) {
    expect(textsOf(page).filter((text) => /\de[-+]?\d|\d×/.test(text))).toEqual([]);
    expect(textsOf(page).some((text) => text.includes("10⁻"))).toBe(true);
  }
  expect(english).toContain("1,234 examples");
  expect(vietnamese).toContain("1.234 mẫu");
});

describe("what a model has not is said", () => {
  test("no self-test", () => {
    const model = load(save(createModel({ spec, parameters }), { selfTest: false }));
    const page = printModelPage({ model, name: "m" });
    checkPage(page);
    expect(page).toContain(en.noSample);
    expect(page).not.toContain("Heat map");
  });

  test("no recurrent layer, and no recurrent matrix", () => {
    const plain = network({ features: 2 }).dense(3, { activation: "relu" }).mean().dense(1).build();
    const model = load(save(createModel({ spec: plain, parameters: initialiseNetwork(plain, { seed: 1 }) })));
    const page = printModelPage({ model, name: "m" });
    checkPage(page);
    expect(page).toContain(en.noRecurrence);
    expect(page).toContain(en.noSpectra);
  });

  test("a sample of one step has no gradient through time", () => {
    const sample = { origin: { kind: "self-test" }, inputs: inputs.slice(0, 2), isCut: false } as const;
    expect(printModelPage({ model: opened(), name: "m", sample })).toContain(en.oneStep);
  });
});

test.each(Object.entries(inspectedNetworks))("every kind of layer: %s", (_, { spec: own, parameters: numbers }) => {
  const model = load(save(createModel({ spec: own, parameters: numbers })));
  for (const language of pageLanguages) checkPage(printModelPage({ model, name: "m", language }));
});

test.each(Object.values(cells))("the page of a cell: $name", (cell) => {
  checkPage(printCellPage(cell, { language: "vi" }));
});

test("a cell's parameters are counted", () => {
  checkPage(printCellPage(cells.lstm));
  // 4 (H I + H² + H) of an LSTM with I = H = 128.
  expect(printCellPage(cells.lstm)).toContain(`it has ${speakIn("en").print(4 * 128 * (128 + 128 + 1))} parameters`);
});

test("numbers are written as each language writes them", () => {
  const [english, vietnamese] = [speakIn("en").print, speakIn("vi").print];
  expect(
    [1234.5678, -0.25, 1234567, 0.00001234, 1e-5, Infinity, -Infinity, NaN].map((value) => english(value)),
  ).toEqual(["1,230", "\u22120.25", "1,234,567", "1.23 × 10⁻⁵", "10⁻⁵", "∞", "\u2212∞", "–"]);
  expect([0.5, 12345, -0.00001234].map((value) => vietnamese(value))).toEqual(["0,5", "12.345", "\u22121,23 × 10⁻⁵"]);
});
