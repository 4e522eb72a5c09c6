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
import { createModel, initialiseNetwork, network } from "../../network/index.ts";
import { pageLanguages, tellIn } from "./frame.ts";
import { printCellPage, printModelPage } from "./model-page.ts";
import { en } from "./words-en.ts";
import { vi } from "./words-vi.ts";

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
  const { print } = tellIn("en");

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
    expect(page).toContain(`<td class="number">${print(sorted[5] ?? NaN)}</td>`);
    const { norms } = gradientThroughTime(trace)[0] ?? { norms: new Float64Array() };
    const factor = ((norms[0] ?? NaN) / (norms[11] ?? NaN)) ** (1 / 11);
    expect(page).toContain(`c reaches the other end (× ${print(factor)} a step back)`);
    const [exponent = NaN] = growthExponents(stepJacobians(trace), { count: 1 }).exponents;
    expect(page).toContain(`Largest growth exponent ${print(exponent)} a step`);
  });

  test("is the same in Vietnamese, with a decimal comma", () => {
    const other = printModelPage({ model: opened(), name: "lstm.safetensors", language: "vi" });
    checkPage(other);
    expect(other).toContain('<html lang="vi">');
    expect(other).toContain(vi.sections.saturation);
    const { mean } = describeNumbers(parameters["0.U_f"] ?? []);
    expect(tellIn("vi").print(mean)).toContain(",");
    expect(other).toContain(`<td class="number">${tellIn("vi").print(mean)}</td>`);
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
  expect(printCellPage(cells.lstm)).toContain(`it has ${tellIn("en").print(4 * 128 * (128 + 128 + 1))} parameters`);
});

test("numbers are written as each language writes them", () => {
  const [english, vietnamese] = [tellIn("en").print, tellIn("vi").print];
  expect([1234.5678, -0.25, 1234567, 0.00001234, Infinity, NaN].map((value) => english(value))).toEqual([
    "1,230",
    "\u22120.25",
    "1,234,567",
    "1.23 × 10⁻⁵",
    "∞",
    "–",
  ]);
  expect([0.5, 12345].map((value) => vietnamese(value))).toEqual(["0,5", "12.345"]);
});
