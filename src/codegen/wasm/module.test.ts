import { beforeAll, describe, expect, it } from "vitest";
import wabt from "wabt";
import { expectGolden } from "../../../test/support/golden.ts";
import { createRandomProgram } from "../../../test/support/random-program.ts";
import { statementCases } from "../../../test/support/statement-cases.ts";
import { planMemory } from "../../engine/plan.ts";
import { detectPlatform } from "../../engine/platform.ts";
import { at, createProgramBuilder } from "../../lower/builder.ts";
import type { Program } from "../../lower/ir.ts";
import { planThreads } from "../../lower/threads.ts";
import { printFunction } from "./print-text.ts";
import { emitModule, printModule } from "./module.ts";
import type { ModuleOptions } from "./module.ts";
import { emitTile } from "./tile.ts";

type Wabt = Awaited<ReturnType<typeof wabt>>;

const features = { simd: true, relaxed_simd: true, bulk_memory: true, sat_float_to_int: true, threads: true };

let tools: Wabt;
beforeAll(async () => {
  tools = await wabt();
  // Where relaxed SIMD is behind a flag, this sets it.
  detectPlatform();
});

/** What an independent assembler makes of a text. */
function assembleText(text: string): Uint8Array {
  const module = tools.parseWat("printed.wat", text, features);
  try {
    module.resolveNames();
    return module.toBinary({ write_debug_names: false }).buffer;
  } finally {
    module.destroy();
  }
}

describe.each([
  ["relaxed", { relaxed: true, isThreaded: false }],
  ["plain", { relaxed: false, isThreaded: false }],
  ["plain, for threads", { relaxed: false, isThreaded: true }],
])("a module, %s", (_, { relaxed, isThreaded }) => {
  const optionsFor = (program: Program): ModuleOptions => {
    const placement = planMemory(program);
    const plan = planThreads(program, placement, { barrierWork: 0 });
    const threads = { plan, barrier: placement.words, scratch: { offset: placement.words + 64, wordsEach: 4096 } };
    return isThreaded ? { relaxed, threads } : { relaxed };
  };

  const programs = [
    ...statementCases.map((one) => [one.name, one.program] as const),
    ...[1, 2, 3].map((seed) => [`random program ${seed}`, createRandomProgram(seed)] as const),
  ];

  it.each(programs)("is valid, and its text assembles to the same bytes: %s", (_name, program) => {
    const plan = planMemory(program);
    const options = optionsFor(program);
    const bytes = emitModule(program, plan, options);
    expect(WebAssembly.validate(bytes)).toBe(true);
    expect(Buffer.from(assembleText(printModule(program, plan, options))).equals(Buffer.from(bytes))).toBe(true);
  });

  it("uses relaxed instructions only where they are allowed", () => {
    const text = programs
      .map(([, program]) => printModule(program, planMemory(program), optionsFor(program)))
      .join("\n");
    expect(text.includes("relaxed")).toBe(relaxed);
  });
});

describe("printed kernels", () => {
  it("a map keeps its form", () => {
    const program = createProgramBuilder();
    const [x, bias, y] = ["x", "bias", "y"].map((name) =>
      program.buffer({ name, length: name === "bias" ? 6 : 5 * 8, role: "port" }),
    ) as [number, number, number];
    const map = program.map("y = x × scale + bias", { rows: 5, columns: 6 }, (m) => {
      const [value, offset] = [
        m.load({ buffer: x, offset: at(0), rowStride: 8, columnStride: 1 }),
        m.load({ buffer: bias, offset: at(0), rowStride: 0, columnStride: 1 }),
      ];
      m.store(
        { buffer: y, offset: at(0), rowStride: 8, columnStride: 1 },
        m.apply("add", m.apply("multiply", value, m.constant(0.5)), offset),
      );
    });
    const built = program.finish([{ name: "run", body: [map] }]);
    expectGolden("kernels/map.wat", printModule(built, planMemory(built), { relaxed: true }));
  });

  it("a tile keeps its form", () => {
    const tile = emitTile(
      { rows: 4, columns: 8, aRow: 64, aDepth: 1, bDepth: 8, cRow: 128, accumulate: false },
      { relaxed: true },
    );
    expectGolden(
      "kernels/tile-4x8.wat",
      `${printFunction(tile, { sharedMemory: false, functions: [tile] }).join("\n")}\n`,
    );
  });
});
