/** Gradients of some parameters, and of inputs and memories or not: what is not asked for must not change what is. */
import { describe, expect, test } from "vitest";
import { randomCell } from "../../test/support/random-cells.ts";
import { tolerances } from "../../test/tolerances.ts";
import { cells } from "../cells/index.ts";
import { resolveSizes } from "../language/index.ts";
import type { Cell } from "../language/index.ts";
import { createProgramBuilder, denseLocation, lowerCell } from "../lower/index.ts";
import type { BufferRole, Location } from "../lower/index.ts";
import { known } from "../util/errors.ts";
import { createRandom } from "../util/random.ts";
import { createInterpreterBackend } from "./interpreter-backend.ts";

const [steps, batch] = [4, 2];

interface Wanted {
  readonly parameters: readonly string[];
  /** The gradient of x is set, added to what is there (ones), or left out. */
  readonly input: "set" | "add" | "none";
  readonly memories: boolean;
}

/** Gradients by name, x among them, of a cell on numbers that the same seed makes the same. */
function runGradients(cell: Cell, wanted: Wanted): Readonly<Record<string, ArrayLike<number>>> {
  const sizes = resolveSizes(cell, { I: 3, H: 4, ...(/\bP\b/.test(cell.text) ? { P: 3 } : {}) });
  const count = (shape: readonly (string | number)[]): number =>
    shape.reduce<number>((product, one) => product * (typeof one === "number" ? one : known(sizes[one], one)), 1);
  const builder = createProgramBuilder();
  const signal = (name: string, shape: readonly (string | number)[]): Location => {
    const columns = count(shape);
    return denseLocation(builder.buffer({ name, length: steps * batch * columns, role: "port" }), {
      batch,
      columns,
      isNumber: shape.length === 0,
    });
  };
  const [x, dx, dy] = [signal("x", ["I"]), signal("dx", ["I"]), signal("dy", cell.output.shape)];
  const declare = (name: string, shape: readonly (string | number)[], role: BufferRole): number =>
    builder.buffer({ name, length: count(shape), role });
  const parameters = Object.fromEntries(
    cell.parameters.map(({ name, shape }) => {
      const isWanted = wanted.parameters.includes(name);
      const value = declare(name, shape, isWanted ? "parameter" : "frozen");
      return [name, isWanted ? { value, gradient: declare(`d${name}`, shape, "gradient") } : { value }] as const;
    }),
  );
  const memories = Object.fromEntries(
    cell.memories.map(({ name, shape }) => {
      const [location, gradient] = [signal(name, shape), signal(`d${name}`, shape)];
      return [name, { location, steps, ...(wanted.memories ? { gradient } : {}) }] as const;
    }),
  );
  const inputs = wanted.input === "none" ? [] : ["x"];
  const lowered = lowerCell({
    builder,
    name: "cell",
    cell,
    sizes,
    steps,
    batch,
    inputs: { x },
    memories,
    parameters,
    gradient: { inputs },
  });
  const back = lowered.backward({
    output: dy,
    inputs: wanted.input === "none" ? {} : { x: { to: dx, mode: wanted.input } },
  });
  const executable = createInterpreterBackend().load(
    builder.finish([
      { name: "forward", body: [...lowered.packs, ...lowered.begin, ...lowered.forward] },
      { name: "backward", body: [...back.packs, ...back.statements] },
    ]),
  );
  const random = createRandom(3);
  const given = [
    ...Object.values(parameters).map(({ value }) => value),
    ...Object.values(memories).map(({ location }) => location.buffer),
  ];
  for (const buffer of [x.buffer, dy.buffer, ...given]) {
    const array = executable.array(buffer);
    for (let i = 0; i < array.length; i++) array[i] = random.normal(0, 0.5);
  }
  executable.array(dx.buffer).fill(wanted.input === "add" ? 1 : 0);
  executable.call("forward");
  executable.call("backward");
  const gradients = Object.entries(parameters).flatMap(([name, one]) =>
    "gradient" in one ? [[name, executable.array(one.gradient)] as const] : [],
  );
  const input =
    wanted.input === "none"
      ? {}
      : { x: executable.array(dx.buffer).map((value) => value - (wanted.input === "add" ? 1 : 0)) };
  const rows = Object.entries(memories).flatMap(([name, { gradient }]) =>
    gradient === undefined ? [] : [[`memory ${name}`, executable.array(gradient.buffer)] as const],
  );
  return { ...input, ...Object.fromEntries([...gradients, ...rows]) };
}

const all: readonly Cell[] = [...Object.values(cells), ...Array.from({ length: 60 }, (_, seed) => randomCell(seed))];

describe("gradients of every second parameter", () => {
  test.each(all.map((cell) => [cell.name, cell] as const))("of %s are those of all", (_, cell) => {
    const names = cell.parameters.map(({ name }) => name);
    const whole = runGradients(cell, { parameters: names, input: "set", memories: true });
    for (const [rest, input] of [
      [0, "none"],
      [1, "add"],
      [2, "set"],
    ] as const) {
      const some = runGradients(cell, {
        parameters: names.filter((__, i) => i % 2 === rest),
        input,
        memories: input === "add",
      });
      for (const [name, values] of Object.entries(some)) {
        const wanted = Array.from(whole[name]!);
        const most = Math.max(1, ...wanted.map(Math.abs));
        const faults = wanted.filter((should, i) => !(Math.abs(values[i]! - should) <= tolerances.randomCell * most));
        expect({ name, faults }).toEqual({ name, faults: [] });
      }
    }
  });
});
