/** Runs the network at hand, away from the page. */
import { computeValues } from "./network/network-values.ts";
import type { NetworkValues } from "./network/network-values.ts";
import type { TraceOptions } from "./network/trace.ts";
import { serveAnswers } from "./serve-answers.ts";

serveAnswers<TraceOptions, NetworkValues>(computeValues);
