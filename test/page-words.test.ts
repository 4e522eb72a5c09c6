/** The page of a model says in Vietnamese what the studio says: one term for one thing. */
import { expect, test } from "vitest";
import { vi as page } from "../src/tasks/model-page/words-vi.ts";
import { gradient } from "../studio/src/words/vi/gradient.ts";
import { lstm } from "../studio/src/words/vi/lstm.ts";
import { open } from "../studio/src/words/vi/open.ts";

test("terms that both use are the same", () => {
  expect(page.roles).toEqual(open.roles);
  expect(page.axes).toEqual({ real: open.real, imaginary: open.imaginary });
  const { parameter, facts, sections } = page;
  expect([parameter.shape, parameter.norm, parameter.mean, parameter.deviation, parameter.histogram]).toEqual([
    open.parameter.shape,
    open.parameter.norm,
    open.parameter.mean,
    open.parameter.deviation,
    open.parameter.histogram,
  ]);
  expect([facts.parameters, facts.epochs]).toEqual([open.facts.parameters, open.facts.epochs]);
  expect([sections.is, sections.learned, sections.layers, sections.attention]).toEqual([
    open.parts.is,
    open.parts.learned,
    open.parts.layers,
    open.alignment,
  ]);
  expect([page.curve, page.test, page.training, page.validation, page.epoch]).toEqual([
    open.curve,
    open.test,
    open.training,
    open.validation,
    open.epoch,
  ]);
  expect([page.layer.path, page.layer.inputs, page.layer.outputs, page.layer.parameters]).toEqual([
    open.layer.layer,
    open.layer.inputs,
    open.layer.outputs,
    open.layer.parameters,
  ]);
});

test("what becomes of a gradient is called as in the studio's room of it", () => {
  expect(gradient.fates.vanishes("", "")).toContain(page.fates.vanishes);
  expect(gradient.fates.explodes("", "")).toContain(page.fates.explodes);
  const texts = JSON.stringify(page, (_, value: unknown) => (typeof value === "function" ? String(value) : value));
  expect(texts).not.toContain("biến mất");
  expect(page.gradientAxis).toContain(`∂${gradient.loss}/∂`);
  // 37 % of what a unit held: 1/e.
  expect(page.memoryRead).toContain("1/e (37 %)");
  expect(lstm.memoryIntro).toContain("1/e (37 %)");
});
