/** Workers are never waited for, and calling them allocates nothing. */
import { afterAll, expect, it } from "vitest";
import { measureHeapGrowth } from "../../test/support/heap-growth.ts";
import { startTestPool } from "../../test/support/start-test-pool.ts";
import { at, createProgramBuilder } from "../lower/builder.ts";
import type { Program, View } from "../lower/ir.ts";
import { createPool } from "./pool.ts";
import { createWasmBackend } from "./wasm-backend.ts";

const pool = await startTestPool();
afterAll(() => pool.dispose());

/** y = 2x, which threads share by columns. */
function double(length: number): Program {
  const program = createProgramBuilder();
  const [x, y] = ["x", "y"].map((name): View => {
    const buffer = program.buffer({ name, length, role: "port" });
    return { buffer, offset: at(0), rowStride: 0, columnStride: 1 };
  });
  const map = program.map("double", { rows: 1, columns: length }, (m) =>
    m.store(y!, m.apply("multiply", m.load(x!), m.constant(2))),
  );
  return program.finish([{ name: "run", body: [map] }]);
}

it("calls without allocating anything", () => {
  const executable = createWasmBackend({ threads: 2 }, { pool: pool.plain, planning: { barrierWork: 0 } }).load(
    double(1000),
  );
  // An object a call would be at least 320,000 bytes.
  const limit = 100_000;
  const grown = measureHeapGrowth(() => executable.call("run"), { warmUp: 20_000, runs: 20_000, limit });
  expect(grown).toBeLessThan(limit);
  executable.dispose();
});

it("runs on this thread where no worker can be started, or one is lost", () => {
  const lost = createPool((listener) => {
    listener.broken("it could not be loaded");
    return { post: () => undefined, terminate: () => undefined };
  });
  for (const broken of [createPool(() => "there are no workers here"), lost]) {
    const backend = createWasmBackend({ threads: 3 }, { pool: broken, planning: { barrierWork: 0 } });
    const executable = backend.load(double(200));
    executable.array(0).fill(4);
    executable.call("run");
    expect([...executable.array(1)]).toEqual(Array.from({ length: 200 }, () => 8));
    expect(broken.count()).toBe(0);
    executable.dispose();
  }
});
