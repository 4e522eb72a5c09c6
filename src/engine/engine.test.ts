/** The contract of backends: each does what `backend.ts` promises, and runs every statement as the float64 interpreter does. */
import fc from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import { createRandomProgram } from "../../test/support/random-program.ts";
import { replayProgram } from "../../test/support/replay.ts";
import { startTestPool } from "../../test/support/start-test-pool.ts";
import { statementCases } from "../../test/support/statement-cases.ts";
import { tolerances } from "../../test/tolerances.ts";
import { at, createProgramBuilder } from "../lower/builder.ts";
import type { Program } from "../lower/ir.ts";
import type { Backend } from "./backend.ts";
import { backendNames, chooseBackend } from "./backends.ts";
import { createInterpreterBackend } from "./interpreter-backend.ts";
import { createNativeBackend } from "./native-backend.ts";
import { findNative } from "./platform-native.ts";
import { detectPlatform } from "./platform.ts";
import { createWasmBackend } from "./wasm-backend.ts";

const pool = await startTestPool();
afterAll(() => pool.dispose());
const native = findNative();

const backends: readonly (readonly [string, Backend])[] = [
  ...(typeof native === "string"
    ? []
    : ([
        ["native", createNativeBackend()],
        ["native, two threads", createNativeBackend({ threads: 2 }, { barrierWork: 0 })],
      ] as const)),
  ["reference", createInterpreterBackend()],
  ["wasm, plain", createWasmBackend({ relaxed: false })],
  ...(detectPlatform().relaxedSimd === "absent"
    ? []
    : [["wasm, relaxed", createWasmBackend({ relaxed: true })] as const]),
  // All is shared that can be, however small it is.
  ["wasm, two threads", createWasmBackend({ threads: 2 }, { pool, planning: { barrierWork: 0 } })],
  ["wasm, three threads", createWasmBackend({ threads: 3 }, { pool, planning: { barrierWork: 0 } })],
];

/** y = 2x + 1 over `length` numbers, and `clear`, which fills y with zeros. */
function affine(length: number): Program {
  const program = createProgramBuilder();
  const x = program.buffer({ name: "x", length, role: "port" });
  const y = program.buffer({ name: "y", length, role: "port" });
  const view = (buffer: number) => ({ buffer, offset: at(0), rowStride: 0, columnStride: 1 as const });
  const map = program.map("affine", { rows: 1, columns: length }, (m) =>
    m.store(view(y), m.apply("add", m.apply("multiply", m.load(view(x)), m.constant(2)), m.constant(1))),
  );
  return program.finish([
    { name: "run", body: [map] },
    { name: "clear", body: [{ kind: "fill", name: "clear", buffer: y, offset: at(0), length, value: 0 }] },
  ]);
}

describe.each(backends)("%s", (_, backend) => {
  it("runs functions by name on arrays that stay the same", () => {
    const executable = backend.load(affine(5));
    const [x, y] = [executable.array(0), executable.array(1)];
    expect(x).toBeInstanceOf(backend.describe().numbers === "float64" ? Float64Array : Float32Array);
    expect([x.length, y.length]).toEqual([5, 5]);
    expect([...x, ...y].every((word) => word === 0)).toBe(true);
    x.set([1, 2, 3, 4, 5]);
    executable.call("run");
    expect([...y]).toEqual([3, 5, 7, 9, 11]);
    executable.call("clear");
    expect([...y]).toEqual([0, 0, 0, 0, 0]);
    expect([...x]).toEqual([1, 2, 3, 4, 5]);
    expect(executable.array(0)).toBe(x);
    executable.dispose();
  });

  it("keeps executables apart", () => {
    const [one, two] = [backend.load(affine(3)), backend.load(affine(3))];
    one.array(0).fill(4);
    one.call("run");
    expect([...one.array(1)]).toEqual([9, 9, 9]);
    expect([...two.array(1)]).toEqual([0, 0, 0]);
    one.dispose();
    two.dispose();
  });

  it("refuses to run when disposed of, and functions it does not have", () => {
    const executable = backend.load(affine(3));
    expect(() => executable.call("walk")).toThrow(/no function walk/);
    executable.dispose();
    executable.dispose();
    expect(() => executable.call("run")).toThrow(/disposed of/);
    expect(() => executable.array(0)).toThrow(/disposed of/);
  });

  it("refuses programs that break the rules", () => {
    const program = affine(3);
    expect(() =>
      backend.load({ ...program, buffers: program.buffers.map((buffer) => ({ ...buffer, length: 2 })) }),
    ).toThrow(/run \/ affine: reaches words 0 to 2/);
  });

  it("says how much memory a program would need, and what to make smaller", () => {
    const program = createProgramBuilder();
    program.buffer({ name: "layer0.pre", length: 2 ** 50, role: "persistent", shape: [2 ** 20, 2 ** 20, 2 ** 10] });
    program.buffer({ name: "x", length: 3, role: "port" });
    const load = (): unknown => backend.load(program.finish([]));
    expect(load).toThrow(expect.objectContaining({ name: "RecurraError", code: "engine/out-of-memory" }));
    expect(load).toThrow(/needs (4096|8192)\.0 TiB/);
    expect(load).toThrow(
      /largest tensors are layer0\.pre \[1048576, 1048576, 1024\] with .* Reduce the batch size, the number of steps or the hidden size\./,
    );
  });

  it.each(statementCases.map((one) => [one.name, one] as const))("%s", (_name, one) => {
    expect(replayProgram(backend, one)).toEqual([]);
  });

  it("runs random programs, statement by statement", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const contents = { seed: [seed % 2 ** 24] };
        expect(
          replayProgram(backend, { program: createRandomProgram(seed), contents, tolerance: tolerances.randomProgram }),
        ).toEqual([]);
      }),
      // Each is compiled natively for half a second.
      { numRuns: backend.name === "native" ? 12 : 60 },
    );
  }, 120_000);

  it("gives the same numbers whenever it runs", () => {
    const program = createRandomProgram(4711);
    const run = (): readonly number[] => {
      const executable = backend.load(program);
      for (const { id, role } of program.buffers)
        if (role !== "scratch")
          executable.array(id).forEach((_word, n, all) => (all[n] = Math.fround(Math.sin(id + n))));
      executable.array(program.buffers.find((buffer) => buffer.name === "seed")!.id).fill(99);
      for (const { name } of program.functions) executable.call(name);
      const results = program.buffers
        .filter((buffer) => buffer.role === "port" || buffer.role === "parameter")
        .flatMap((buffer) => [...executable.array(buffer.id)]);
      executable.dispose();
      return results;
    };
    const first = run();
    expect(first.every(Number.isFinite)).toBe(true);
    expect(run()).toEqual(first);
  });
});

describe("chooseBackend", () => {
  it("takes the fastest for auto, and says which and why", () => {
    vi.stubEnv("RECURRA_BACKEND", undefined);
    const { backend, reason } = chooseBackend("auto");
    vi.unstubAllEnvs();
    const isNative = typeof native !== "string";
    expect(backend.name).toBe(isNative ? "native" : "wasm");
    expect(reason).toMatch(
      isNative ? /^native \(C, .*\): the fastest here\.$/ : /^wasm \(WebAssembly, .*\): the fastest here.*\.$/,
    );
  });

  it("takes what RECURRA_BACKEND names in place of auto", () => {
    vi.stubEnv("RECURRA_BACKEND", "reference");
    expect(chooseBackend("auto").reason).toMatch(/^reference .*: RECURRA_BACKEND asks for it\.$/);
    expect(chooseBackend("wasm").backend.name).toBe("wasm");
    vi.stubEnv("RECURRA_BACKEND", "cuda");
    expect(() => chooseBackend("auto")).toThrow(/RECURRA_BACKEND is "cuda"; choose auto, native, wasm, reference/);
    vi.unstubAllEnvs();
  });

  it("gives each backend by its name", () => {
    for (const name of backendNames) {
      if (name === "native" && typeof native === "string") continue;
      const { backend, reason } = chooseBackend(name);
      expect(backend.name).toBe(name);
      expect(reason).toContain("it was asked for");
    }
  });

  it("says how many threads it may use, and refuses what is no number of them", () => {
    expect(chooseBackend("wasm", { threads: 2 }).backend).toMatchObject({ threads: 2 });
    expect(chooseBackend("wasm", { threads: 2 }).reason).toContain("up to 2 threads");
    expect(chooseBackend("auto").reason).toContain("one thread");
    expect(chooseBackend("auto", { threads: "auto" }).backend.threads).toBeLessThanOrEqual(8);
    for (const threads of [0, 1.5, -1, Number.NaN, 65, "two" as "auto"]) {
      for (const name of ["auto", "wasm", "reference"] as const)
        expect(() => chooseBackend(name, { threads })).toThrow(/threads must be "auto" or a whole number from 1 to 64/);
    }
  });

  it("refuses a name it does not know, with those it does", () => {
    expect(() => chooseBackend("cuda" as "wasm")).toThrow(/no backend "cuda"; choose auto, native, wasm, reference/);
  });
});

describe("threads", () => {
  it("have all run programs", () => {
    expect(pool.sharedCalls()).toBeGreaterThan(1000);
  });
});
