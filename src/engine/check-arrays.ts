/** Checks what a compiled cell is given, so that a wrong array is one clear error and never a wrong number. */
import { RecurraError } from "../util/errors.ts";
import { countOf } from "./compiled-cell.ts";
import type { CellShapes, ForwardOptions, NamedNumbers, NamedShape } from "./compiled-cell.ts";
import type { Numbers } from "./backend.ts";

export function checkForward(forward: ForwardOptions, shapes: CellShapes): void {
  const { steps, batch, lengths } = forward;
  checkCount(steps, "steps");
  checkCount(batch, "batch");
  for (const { name, shape } of shapes.inputs) {
    checkLength(
      name === "x" ? forward.inputs : forward.extraInputs?.[name],
      [steps, batch, ...shape],
      name === "x" ? "inputs" : `extraInputs.${name}`,
    );
  }
  checkNames(forward.parameters, shapes.parameters, "parameters");
  for (const { name, shape } of shapes.parameters) checkLength(forward.parameters[name], shape, `parameters.${name}`);
  checkNames(forward.states ?? {}, shapes.states, "states");
  for (const { name, shape } of shapes.states)
    if (forward.states?.[name] !== undefined) checkLength(forward.states[name], [batch, ...shape], `states.${name}`);
  if (lengths !== undefined) checkLengths(lengths, steps, batch);
  checkMemories(forward, shapes);
}

/** A memory has at least one row, and all of its members' lengths are whole numbers from 1 to its rows. */
function checkMemories({ memory = {}, memoryLengths = {}, batch }: ForwardOptions, { memories }: CellShapes): void {
  checkNames(memory, memories, "memory");
  checkNames(memoryLengths, memories, "memoryLengths");
  for (const { name, shape } of memories) {
    const row = batch * countOf(shape);
    const of = `[rows, ${[batch, ...shape].join(", ")}]`;
    const values = memory[name];
    if (values === undefined)
      throw new RecurraError(
        "engine/bad-array",
        `memory.${name} is missing; give a multiple of ${row} numbers, row-major ${of}.`,
      );
    if (values.length === 0 || values.length % row !== 0)
      throw new RecurraError(
        "engine/bad-array",
        `memory.${name} has ${values.length} numbers, but needs a multiple of ${row}, row-major ${of}.`,
      );
    const lengths = memoryLengths[name];
    if (lengths !== undefined) checkLengths(lengths, values.length / row, batch, `memoryLengths.${name}`);
  }
}

export function checkGradients(
  { dOutputs, dStates }: { readonly dOutputs: Numbers | undefined; readonly dStates: NamedNumbers | undefined },
  { steps, batch }: { readonly steps: number; readonly batch: number },
  shapes: CellShapes,
): void {
  if (dOutputs !== undefined) checkLength(dOutputs, [steps, batch, shapes.outputSize], "dOutputs");
  checkNames(dStates ?? {}, shapes.states, "dStates");
  for (const { name, shape } of shapes.states)
    if (dStates?.[name] !== undefined) checkLength(dStates[name], [batch, ...shape], `dStates.${name}`);
}

/** Lengths are whole numbers from 1 to `steps`, one for each member. */
export function checkLengths(lengths: ArrayLike<number>, steps: number, batch: number, what = "lengths"): void {
  checkLength(lengths, [batch], what);
  for (let member = 0; member < batch; member++) {
    const length = lengths[member]!;
    if (Number.isInteger(length) && length >= 1 && length <= steps) continue;
    const why =
      length === 0
        ? what === "lengths"
          ? "a sequence without steps has no output; leave it out of the batch"
          : "a memory without rows has no mean; leave the member out of the batch"
        : `it must be a whole number from 1 to ${steps}`;
    throw new RecurraError("engine/bad-length", `${what}[${member}] is ${length}: ${why}.`);
  }
}

function checkCount(value: number, what: string): void {
  if (!Number.isInteger(value) || value < 1)
    throw new RecurraError("engine/bad-option", `${what} must be a whole number of at least 1, but is ${value}.`);
}

function checkLength(values: ArrayLike<number> | undefined, shape: readonly number[], what: string): void {
  const wanted = countOf(shape);
  const of = `[${shape.join(", ")}]`;
  if (values === undefined)
    throw new RecurraError("engine/bad-array", `${what} is missing; give ${wanted} numbers, row-major ${of}.`);
  if (values.length !== wanted)
    throw new RecurraError(
      "engine/bad-array",
      `${what} has ${values.length} numbers, but needs ${wanted}, row-major ${of}.`,
    );
}

function checkNames(given: Readonly<Record<string, unknown>>, shapes: readonly NamedShape[], what: string): void {
  for (const name of Object.keys(given)) {
    if (shapes.some((one) => one.name === name)) continue;
    const names = shapes.map((one) => one.name).join(", ") || "none";
    throw new RecurraError(
      "engine/bad-array",
      `${what}.${name} is given, but the cell has no such name; it has ${names}.`,
    );
  }
}
