/** The distributions that forecasts come in: their quantiles, and numbers drawn from them. */
import { RecurraError } from "../util/errors.ts";
import type { Random } from "../util/random.ts";

/** Where Newton's method ends: a step below this share of the value. */
const tolerance = 1e-12;
const mostSteps = 200;

/** The p-quantile of the standard normal distribution, 0 < p < 1, to about 1e-11. */
export function normalQuantile(p: number): number {
  return findQuantile(
    p,
    (t) => upperNormal(t),
    (t) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI),
  );
}

/** The p-quantile of Student's distribution, 0 < p < 1, for any degrees of freedom of at least 1, to about 1e-9. */
export function studentQuantile(p: number, freedom: number): number {
  const a = freedom / 2;
  const logConstant = gammaRise(a) - Math.log(freedom * Math.PI) / 2;
  return findQuantile(
    p,
    (t) => incompleteBeta(freedom / (freedom + t * t), a) / 2,
    (t) => Math.exp(logConstant - ((freedom + 1) / 2) * Math.log1p((t * t) / freedom)),
  );
}

/** A number of Student's distribution: u √(ν (w^(−2/ν) − 1) / w) for (u, v) uniform in the unit disc and w = u² + v² (Bailey 1994). */
export function drawStudent(random: Random, freedom: number): number {
  for (;;) {
    const u = random.uniform(-1, 1);
    const v = random.uniform(-1, 1);
    const w = u * u + v * v;
    if (w < 1 && w > 0) return u * Math.sqrt((freedom * Math.expm1((-2 / freedom) * Math.log(w))) / w);
  }
}

/** The quantile of a symmetric distribution, by its upper tail and its density, which falls from 0 on: Newton's steps then never overshoot. */
function findQuantile(p: number, tail: (t: number) => number, density: (t: number) => number): number {
  if (!(p > 0 && p < 1))
    throw new RecurraError("util/bad-argument", `The quantile is ${p}; give a number between 0 and 1`);
  const beyond = Math.min(p, 1 - p);
  let t = 0;
  for (let step = 0; step < mostSteps; step++) {
    const move = (tail(t) - beyond) / density(t);
    t += move;
    if (!(Math.abs(move) > tolerance * t)) break;
  }
  return p < 0.5 ? -t : t;
}

/** 1 − Φ(t) for t ≥ 0: ½ − φ(t) Σ t^(2k+1) / (1·3·…·(2k+1)), and far out the continued fraction φ(t) / (t + 1/(t + 2/(t + …))). */
function upperNormal(t: number): number {
  const density = Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  if (t > 3) {
    let below = t;
    for (let k = 100; k > 0; k--) below = t + k / below;
    return density / below;
  }
  let sum = 0;
  let term = t;
  for (let k = 1; term > sum * 1e-17; k++) {
    sum += term;
    term *= (t * t) / (2 * k + 1);
  }
  return 0.5 - density * sum;
}

/**
 * log Γ(a + ½) − log Γ(a) for a > 0: from a + 8 by the asymptotic series ½ log z − 1/(8z) + 1/(192z³) − 1/(640z⁵) + 17/(14336z⁷), and down
 * from there by Γ(z + 1) = z Γ(z). Exact to 1e-11.
 */
function gammaRise(a: number): number {
  let ratio = 1;
  let z = a;
  for (; z < a + 8; z++) ratio *= z / (z + 0.5);
  const v = 1 / (z * z);
  return Math.log(z) / 2 + Math.log(ratio) - (1 / 8 - v * (1 / 192 - v * (1 / 640 - (v * 17) / 14336))) / z;
}

/** The regularised incomplete beta function I_x(a, ½), by its continued fraction (Abramowitz and Stegun 1964, 26.5.8; Lentz's method). */
function incompleteBeta(x: number, a: number): number {
  if (x >= 1) return 1;
  const front = Math.exp(gammaRise(a) - Math.log(Math.PI) / 2 + a * Math.log(x) + Math.log1p(-x) / 2);
  const isNear = x < (a + 1) / (a + 2.5);
  return isNear ? (front * betaFraction(x, a, 0.5)) / a : 1 - (front * betaFraction(1 - x, 0.5, a)) / 0.5;
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return value;
}
