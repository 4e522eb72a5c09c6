/** From steps to stretches of speech. */

/** Samples a second, and of a step. */
export const [rate, stepSize] = /** @type {const} */ ([16_000, 512]);

/**
 * What was heard in 32 ms: how likely somebody speaks, and the least and the greatest sample.
 * @typedef {{ probability: number, low: number, high: number }} Step
 */

/**
 * Stretches of speech, as Silero's own tools find them: they begin where the probability reaches the threshold and end where it stays 0.15 below it for 100 ms; those shorter than 250 ms are left out, and 30 ms are added on both sides.
 * @param {readonly Step[]} steps
 * @param {{ threshold?: number }} [options]
 * @returns {{ from: number, to: number }[]} seconds
 */
export function findStretches(steps, { threshold = 0.5 } = {}) {
  const second = rate / stepSize;
  const [rest, least, margin] = [0.1 * second, 0.25 * second, 0.03 * second];
  /** @type {{ from: number, to: number }[]} */
  const found = [];
  let [begin, quiet] = [-1, -1];
  const close = (/** @type {number} */ end) => {
    if (end - begin >= least) {
      const from = Math.max(found.at(-1)?.to ?? 0, (begin - margin) / second);
      found.push({ from, to: Math.min(end + margin, steps.length) / second });
    }
    [begin, quiet] = [-1, -1];
  };
  for (const [step, { probability }] of steps.entries()) {
    if (probability >= threshold) {
      if (begin < 0) begin = step;
      quiet = -1;
    } else if (begin >= 0 && probability < threshold - 0.15) {
      if (quiet < 0) quiet = step;
      if (step - quiet >= rest) close(quiet);
    }
  }
  if (begin >= 0) close(steps.length);
  return found;
}
