/** Catalogues: what types cannot say of them. */
import { cellNames, cells } from "recurra";
import { expect, test } from "vitest";
import { en } from "./en.ts";
import { applications as applicationsEn } from "./en/applications.ts";
import { gradient as gradientEn } from "./en/gradient.ts";
import { lstm as lstmEn } from "./en/lstm.ts";
import { network as networkEn } from "./en/network.ts";
import { open as openEn } from "./en/open.ts";
import { variants as variantsEn } from "./en/variants.ts";
import { workbench as workbenchEn } from "./en/workbench.ts";
import { vi } from "./vi.ts";
import { applications as applicationsVi } from "./vi/applications.ts";
import { gradient as gradientVi } from "./vi/gradient.ts";
import { lstm as lstmVi } from "./vi/lstm.ts";
import { network as networkVi } from "./vi/network.ts";
import { open as openVi } from "./vi/open.ts";
import { variants as variantsVi } from "./vi/variants.ts";
import { workbench as workbenchVi } from "./vi/workbench.ts";

/** All texts that are no functions, by their path. */
function listTexts(words: object, path = ""): readonly (readonly [path: string, text: string])[] {
  return Object.entries(words).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === "string") return [[`${path}${key}`, value] as const];
    return typeof value === "object" && value !== null ? listTexts(value, `${path}${key}.`) : [];
  });
}

test("every cell has a summary in Vietnamese", () => {
  expect(cellNames.filter((name) => variantsVi.summaryOf(name, "") === "")).toEqual([]);
  expect(variantsEn.summaryOf("gru", cells.gru.options.summary ?? "")).toBe(cells.gru.options.summary);
});

test("no text is empty, and hardly one is the same in both languages", () => {
  const [english, vietnamese] = [
    new Map([
      ...listTexts(en),
      ...listTexts(gradientEn, "gradient."),
      ...listTexts(lstmEn, "lstm."),
      ...listTexts(networkEn, "network."),
      ...listTexts(variantsEn, "variants."),
      ...listTexts(applicationsEn, "applications."),
      ...listTexts(workbenchEn, "workbench."),
      ...listTexts(openEn, "open."),
    ]),
    [
      ...listTexts(vi),
      ...listTexts(gradientVi, "gradient."),
      ...listTexts(lstmVi, "lstm."),
      ...listTexts(networkVi, "network."),
      ...listTexts(variantsVi, "variants."),
      ...listTexts(applicationsVi, "applications."),
      ...listTexts(workbenchVi, "workbench."),
      ...listTexts(openVi, "open."),
    ],
  ];
  expect(vietnamese.filter(([, text]) => text.trim() === "")).toEqual([]);
  expect(vietnamese.filter(([path, text]) => english.get(path) === text).map(([path]) => path)).toEqual([
    "languages.en",
    "languages.vi",
    "gradient.cells.lstm",
    "gradient.cells.gru",
    "gradient.activations.tanh",
    "gradient.activations.relu",
    "gradient.cure.lstm.title",
    "gradient.cure.gru.title",
    "gradient.race.names.rnn",
    "gradient.race.names.lstm",
    "gradient.race.names.gru",
    "network.sizes.activations.tanh",
    "network.sizes.activations.relu",
    "network.sizes.activations.sigmoid",
    "variants.before",
    "applications.write.authors.shakespeare",
  ]);
});
