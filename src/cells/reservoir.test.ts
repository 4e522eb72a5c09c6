import { expect, test } from "vitest";
import { equalCells } from "../language/index.ts";
import { spectralRadius } from "../util/eigenvalues.ts";
import { createRandom } from "../util/random.ts";
import { initialiseParameters } from "./initialise.ts";
import { cells } from "./registry.ts";
import { reservoirCell } from "./reservoir.ts";

test("without settings it is the registered cell", () => {
  expect(equalCells(reservoirCell(), cells["echo-state"])).toBe(true);
});

test("settings become equations and first values", () => {
  const cell = reservoirCell({ leak: 0.3, spectralRadius: 1.2, inputScale: 0.1, biasScale: 0, density: 0.5 });
  expect(cell.options.frozen).toEqual(["W", "U", "b"]);
  const random = createRandom(1);
  const { W, U, b } = initialiseParameters(cell, { I: 2, H: 20 }, () => random.uniform());
  expect(spectralRadius(U!, 20)).toBeCloseTo(1.2, 6);
  expect(Math.max(...W!.map(Math.abs))).toBeLessThanOrEqual(0.1);
  expect(b!.every((value) => value === 0)).toBe(true);
});

test.each([{ leak: 0 }, { leak: 1.5 }, { spectralRadius: -1 }, { density: 0 }, { inputScale: NaN }, { biasScale: -1 }])(
  "out of range: %o",
  (options) => {
    expect(() => reservoirCell(options)).toThrow(new RegExp(`^${Object.keys(options)[0]} is`));
  },
);
