/** A pool whose workers run the sources: what the package starts from a file of its own is bundled here. */
import path from "node:path";
import { build } from "vite";
import type { Rolldown } from "vite";
import { startNodeWorker } from "../../src/engine/platform-workers.ts";
import { createPool } from "../../src/engine/pool.ts";
import type { WorkerPool } from "../../src/engine/pool.ts";
import type { PoolControl, ToPoolWorker } from "../../src/engine/pool-protocol.ts";

/** A pool that counts the calls in which all threads took part. */
export interface TestPool extends WorkerPool {
  /** The pool underneath, which waits for nobody. */
  readonly plain: WorkerPool;
  sharedCalls(): number;
}

/** A pool whose programs wait until all workers are there, so that tests are certain to run on them. */
export async function startTestPool(): Promise<TestPool> {
  const entry = path.resolve(import.meta.dirname, "../../src/engine/pool-worker.ts");
  const built = (await build({
    logLevel: "silent",
    configFile: false,
    build: { write: false, minify: false, lib: { entry, formats: ["es"] } },
  })) as readonly Rolldown.RolldownOutput[];
  const url = new URL(`data:text/javascript,${encodeURIComponent(built[0]!.output[0].code)}`);
  const pool = createPool(
    (listener) => startNodeWorker<ToPoolWorker | PoolControl, never>(url, listener, {}) ?? "none",
  );
  let calls = 0;
  return {
    ...pool,
    plain: pool,
    sharedCalls: () => calls,
    load: (program, workers) => {
      const loaded = pool.load(program, workers);
      return {
        ...loaded,
        run: (index, threads, own) => {
          for (const end = performance.now() + 10_000; loaded.ready() < threads - 1;)
            if (performance.now() > end) throw new Error("the pool's workers are not ready");
          loaded.run(index, threads, (thread, count) => {
            calls++;
            if (count !== threads) throw new Error(`${count} of ${threads} threads`);
            own(thread, count);
          });
        },
      };
    },
  };
}
