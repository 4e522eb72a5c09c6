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
 * Bytes the heap grows by in `runs` runs of `work`, after as many as it takes the runtime to compile them: before that numbers
 * are boxed, and what is compiled and the first measurement itself take memory.
 */
export function measureHeapGrowth(work: () => void, options: { readonly warmUp: number; readonly runs: number }): number {
  growthOf(options.warmUp, work);
  return growthOf(options.runs, work);
}
