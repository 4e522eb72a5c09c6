/** The replay must see what is wrong, or the contract of backends would hold for any. */
import { describe, expect, it } from "vitest";
import type { Backend, Executable } from "../../src/engine/backend.ts";
import { createInterpreterBackend } from "../../src/engine/interpreter-backend.ts";
import { createProgramBuilder } from "../../src/lower/builder.ts";
import type { Program } from "../../src/lower/ir.ts";
import { view } from "./build-case.ts";
import { replayProgram } from "./replay.ts";

/** A store of 0.5 to the 3 columns of 2 rows, 4 words apart and padded; `z` is not touched. */
function twoRows(padded: boolean): Program {
  const program = createProgramBuilder();
  const y = program.buffer({ name: "y", length: 8, role: "port" });
  program.buffer({ name: "z", length: 5, role: "port" });
  const map = program.map("half", { rows: 2, columns: 3 }, (m) => m.store(view(y, 4, { padded }), m.constant(0.5)));
  return program.finish([{ name: "f", body: [map] }]);
}

/** The interpreter, which after every call sets one word of the memory. */
function spoil(word: number, value: number): Backend {
  const backend = createInterpreterBackend();
  const load = (program: Program): Executable => {
    const executable = backend.load(program);
    const memory = new Float64Array(executable.array(0).buffer);
    const call = (name: string): void => {
      executable.call(name);
      memory[word] = value;
    };
    return { ...executable, call };
  };
  return { ...backend, load };
}

const replay = (word: number, value: number, padded = false): readonly string[] =>
  replayProgram(spoil(word, value), { program: twoRows(padded), tolerance: 1e-6 });

describe("replayProgram", () => {
  it("finds nothing wrong with what is right, or nearly", () => {
    expect(replay(5, 0.5)).toEqual([]);
    expect(replay(5, 0.500001)).toEqual([]);
  });

  it("names the statement, the buffer and the word of a wrong result", () => {
    expect(replay(5, 0.75)).toEqual([
      "f / half: y: 1 wrong words; largest at word 5: expected 0.5, got 0.75 (error 1.7e-1, allowed 1.0e-6)",
    ]);
    expect(replay(5, Number.NaN)).toEqual([expect.stringContaining("expected 0.5, got NaN")]);
  });

  it("lets padding be anything, where the store is padded", () => {
    expect(replay(3, 9, true)).toEqual([]);
    expect(replay(3, 9)).toEqual([expect.stringContaining("y: 1 wrong words, 1 of them not the statement's to write")]);
  });

  it("sees what is written to other buffers, and to the slack between them", () => {
    // y has 8 words and 8 of slack; z begins at 16.
    expect(replay(17, 9)).toEqual([expect.stringMatching(/^f \/ half: z: 1 wrong words, 1 of them not/)]);
    expect(replay(9, 9)).toEqual([expect.stringMatching(/largest at word 9: expected NaN, got 9/)]);
  });
});
