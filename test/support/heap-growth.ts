/** How much a piece of work allocates on the JavaScript heap. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function growthOf(runs: number, work: () => void): number {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < runs; i++) work();
  return process.memoryUsage().heapUsed - before;
}

/**
 * Bytes the heap grows by in `runs` runs of `work`, the least of five measurements: the runtime compiles in the background, and
 * what it compiles is on the same heap. `warmUp` runs come first; before they are compiled, numbers are boxed.
 */
export function measureHeapGrowth(
  work: () => void,
  options: { readonly warmUp: number; readonly runs: number },
): number {
  growthOf(options.warmUp, work);
  return Math.min(...Array.from({ length: 5 }, () => growthOf(options.runs, work)));
}
