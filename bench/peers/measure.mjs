/** Times a call: the same budget for all peers that run in JavaScript. */

/** Timed runs end after this many seconds and runs; a first call that takes longer than `slow` seconds is the only one. */
const budget = { seconds: 2, runs: 20, most: 6, slow: 5, warm: 0.5 };

/**
 * The median milliseconds of a call, after calls that warm up.
 * @param {() => Promise<unknown>} call
 */
export async function measure(call) {
  const start = performance.now();
  const secondsSince = (/** @type {number} */ time) => (performance.now() - time) / 1000;
  await call();
  if (secondsSince(start) > budget.slow) return { milliseconds: performance.now() - start, runs: 1 };
  while (secondsSince(start) < budget.warm) await call();
  /** @type {number[]} */
  const times = [];
  const first = performance.now();
  do {
    const before = performance.now();
    await call();
    times.push(performance.now() - before);
  } while ((times.length < budget.runs || secondsSince(first) < budget.seconds) && secondsSince(first) < budget.most);
  times.sort((a, b) => a - b);
  return { milliseconds: times[times.length >> 1], runs: times.length };
}
