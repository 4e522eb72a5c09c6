/** The entry of a worker of the pool: started by `pool.ts`, in a browser or in Node. */
import { findWorkerPort } from "./workers.ts";
import { servePool } from "./pool-protocol.ts";
import type { PoolControl, ToPoolWorker } from "./pool-protocol.ts";

servePool(findWorkerPort<ToPoolWorker | PoolControl, never>());
