/** The entry of a worker that trains: started by `trainInWorker`, in a browser or in Node. */
import { findWorkerPort } from "../engine/workers.ts";
import { serveTraining } from "./worker-protocol.ts";

serveTraining(findWorkerPort());
