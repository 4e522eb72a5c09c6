/** How much a piece of work allocates on the JavaScript heap. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** The runtime compiles in the background, and what it compiles is on the same heap; on a busy machine this takes a while. */
const mostMeasurements = 40;

function growthOf(runs: number, work: () => void): number {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < runs; i++) work();
  return process.memoryUsage().heapUsed - before;
}

/**
 * Bytes the heap grows by in `runs` runs of `work`: of up to 40 measurements the first that is below `limit`, or else the least.
 * Work that allocates does so each time. `warmUp` runs come first; before they are compiled, numbers are boxed.
 */
export function measureHeapGrowth(
  work: () => void,
  options: { readonly warmUp: number; readonly runs: number; readonly limit: number },
): number {
  growthOf(options.warmUp, work);
  let least = Infinity;
  for (let i = 0; i < mostMeasurements && least >= options.limit; i++) {
    least = Math.min(least, growthOf(options.runs, work));
  }
  return least;
}
