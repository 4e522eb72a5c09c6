/** Eigenvalues of real square matrices that need not be symmetric, and the largest of their absolute values. */
import { RecurraError, assert } from "./errors.ts";

/** All eigenvalues of a matrix, complex pairs next to one another; order is otherwise of no meaning. */
export interface Eigenvalues {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** A power iteration keeps this many directions, and a matrix no larger than it is taken whole. */
const krylovSize = 128;

/** QR steps on one eigenvalue before giving up; two or three are usual, and every tenth uses an exceptional shift. */
const stepLimit = 60;

/**
 * The eigenvalues of a row-major matrix of size × size: reflections to Hessenberg form, then implicit double-shift QR steps
 * (Francis 1961; Golub and Van Loan, Matrix Computations, algorithms 7.4.2 and 7.5.2). Cost grows with the cube of the size.
 */
export function eigenvalues(matrix: Float64Array, size: number): Eigenvalues {
  checkSquare(matrix, size);
  const h = matrix.slice();
  reduceToHessenberg(h, size);
  return hessenbergEigenvalues(h, size);
}

/**
 * The largest absolute value of the eigenvalues. Up to 128 rows it comes from all eigenvalues. A larger matrix is applied to a vector often
 * enough to leave the directions of the largest eigenvalues, from which 128 are then found together (Arnoldi 1951), so that complex pairs
 * and eigenvalues of nearly equal size do no harm; a random matrix of a thousand rows comes out to about six digits.
 */
export function spectralRadius(matrix: Float64Array, size: number): number {
  checkSquare(matrix, size);
  const { real, imaginary } = size <= krylovSize ? eigenvalues(matrix, size) : dominantEigenvalues(matrix, size);
  let largest = 0;
  for (let i = 0; i < real.length; i++) largest = Math.max(largest, Math.hypot(real[i]!, imaginary[i]!));
  return largest;
}

function checkSquare(matrix: Float64Array, size: number): void {
  if (matrix.length !== size * size) {
    throw new RecurraError(
      "util/bad-argument",
      `A matrix of ${size} × ${size} has ${size * size} numbers, but ${matrix.length} were given.`,
    );
  }
  if (!matrix.every(Number.isFinite)) {
    throw new RecurraError(
      "util/bad-argument",
      "A matrix with a number that is not finite has no eigenvalues; check what made it.",
    );
  }
}

/** H = Qᵀ A Q with zeros below the first subdiagonal, in place. */
function reduceToHessenberg(h: Float64Array, n: number): void {
  const v = new Float64Array(n);
  for (let k = 0; k < n - 2; k++) {
    // The reflection I - 2 v vᵀ that turns column k below the subdiagonal into zeros.
    v.fill(0);
    for (let i = k + 1; i < n; i++) v[i] = h[i * n + k]!;
    const norm = Math.sqrt(dotProduct(v, v));
    if (norm === 0) continue;
    v[k + 1]! += v[k + 1]! < 0 ? -norm : norm;
    normalise(v);
    for (let j = k; j < n; j++) {
      let dot = 0;
      for (let i = k + 1; i < n; i++) dot += v[i]! * h[i * n + j]!;
      for (let i = k + 1; i < n; i++) h[i * n + j]! -= 2 * dot * v[i]!;
    }
    for (let i = 0; i < n; i++) {
      let dot = 0;
      for (let j = k + 1; j < n; j++) dot += h[i * n + j]! * v[j]!;
      for (let j = k + 1; j < n; j++) h[i * n + j]! -= 2 * dot * v[j]!;
    }
    for (let i = k + 2; i < n; i++) h[i * n + k] = 0;
  }
}

/** Deflates from the bottom: what has split off as a block of one or two rows gives its eigenvalues. */
function hessenbergEigenvalues(h: Float64Array, n: number): Eigenvalues {
  const real = new Float64Array(n);
  const imaginary = new Float64Array(n);
  let high = n - 1;
  let steps = 0;
  while (high >= 0) {
    const low = blockStart(h, n, high);
    if (low >= high - 1) {
      if (low === high) real[high] = h[high * n + high]!;
      else setPair(h, n, low, real, imaginary);
      high = low - 1;
      steps = 0;
    } else {
      steps++;
      assert(steps <= stepLimit, `QR steps on a matrix of ${n} rows do not converge`);
      francisStep(h, n, { low, high, exceptional: steps % 10 === 0 });
    }
  }
  return { real, imaginary };
}

/** The first row of the lowest block that does not split: above it the subdiagonal is zero beside its neighbours. */
function blockStart(h: Float64Array, n: number, high: number): number {
  for (let k = high; k > 0; k--) {
    const beside = Math.abs(h[(k - 1) * n + k - 1]!) + Math.abs(h[k * n + k]!);
    const below = Math.abs(h[k * n + k - 1]!);
    if (below <= Number.EPSILON * beside || below < Number.MIN_VALUE / Number.EPSILON) {
      h[k * n + k - 1] = 0;
      return k;
    }
  }
  return 0;
}

/** The two eigenvalues of the block of rows low and low + 1. */
function setPair(h: Float64Array, n: number, low: number, real: Float64Array, imaginary: Float64Array): void {
  const [a, b, c, d] = [h[low * n + low]!, h[low * n + low + 1]!, h[(low + 1) * n + low]!, h[(low + 1) * n + low + 1]!];
  // λ = m ± sqrt(p² + b c), m = (a + d)/2, p = (a - d)/2; of two real ones the smaller is the determinant over the larger.
  const middle = (a + d) / 2;
  const half = (a - d) / 2;
  const square = half * half + b * c;
  if (square < 0) {
    real.fill(middle, low, low + 2);
    imaginary[low] = Math.sqrt(-square);
    imaginary[low + 1] = -Math.sqrt(-square);
  } else {
    const offset = half + (half < 0 ? -Math.sqrt(square) : Math.sqrt(square));
    real[low] = d + offset;
    real[low + 1] = offset === 0 ? d : d - (b * c) / offset;
  }
}

/**
 * One double-shift QR step on rows low … high: with shifts s1, s2 (the eigenvalues of the last two rows), the first column of
 * (H - s1)(H - s2) starts a bulge of three rows which reflections chase down the diagonal.
 */
function francisStep(
  h: Float64Array,
  n: number,
  block: { readonly low: number; readonly high: number; readonly exceptional: boolean },
): void {
  const { low, high, exceptional } = block;
  const at = (i: number, j: number): number => h[i * n + j]!;
  let sum = at(high - 1, high - 1) + at(high, high);
  let product = at(high - 1, high - 1) * at(high, high) - at(high - 1, high) * at(high, high - 1);
  if (exceptional) {
    // Shifts of the size of the subdiagonal break cycles such as that of a permutation (Wilkinson and Reinsch 1971).
    const size = Math.abs(at(high, high - 1)) + Math.abs(at(high - 1, high - 2));
    sum = 1.5 * size;
    product = size * size;
  }
  let x = at(low, low) * (at(low, low) - sum) + at(low, low + 1) * at(low + 1, low) + product;
  let y = at(low + 1, low) * (at(low, low) + at(low + 1, low + 1) - sum);
  let z = at(low + 1, low) * at(low + 2, low + 1);
  for (let k = low; k < high; k++) {
    reflect(h, n, { k, low, high, x, y, z: k < high - 1 ? z : 0 });
    if (k < high - 1) {
      x = at(k + 1, k);
      y = at(k + 2, k);
      z = k < high - 2 ? at(k + 3, k) : 0;
    }
  }
}

/** Applies to both sides the reflection of rows k, k + 1 and k + 2 that turns (x, y, z) into (±norm, 0, 0). */
function reflect(
  h: Float64Array,
  n: number,
  bulge: {
    readonly k: number;
    readonly low: number;
    readonly high: number;
    readonly x: number;
    readonly y: number;
    readonly z: number;
  },
): void {
  const { k, low, high, x, y, z } = bulge;
  const norm = Math.hypot(x, y, z);
  if (norm === 0) return;
  const first = x + (x < 0 ? -norm : norm);
  const length = Math.hypot(first, y, z);
  const [u, v, w] = [first / length, y / length, z / length];
  const rows = k < high - 1 ? 3 : 2;
  for (let j = Math.max(low, k - 1); j <= high; j++) {
    const dot = 2 * (u * h[k * n + j]! + v * h[(k + 1) * n + j]! + (rows === 3 ? w * h[(k + 2) * n + j]! : 0));
    h[k * n + j]! -= dot * u;
    h[(k + 1) * n + j]! -= dot * v;
    if (rows === 3) h[(k + 2) * n + j]! -= dot * w;
  }
  for (let i = low; i <= Math.min(k + 3, high); i++) {
    const dot = 2 * (u * h[i * n + k]! + v * h[i * n + k + 1]! + (rows === 3 ? w * h[i * n + k + 2]! : 0));
    h[i * n + k]! -= dot * u;
    h[i * n + k + 1]! -= dot * v;
    if (rows === 3) h[i * n + k + 2]! -= dot * w;
  }
  if (k > low) {
    h[(k + 1) * n + k - 1] = 0;
    if (rows === 3) h[(k + 2) * n + k - 1] = 0;
  }
}

/**
 * Eigenvalues of A on the space of v, A v, A² v, …, of at most 128 dimensions, where v is A applied to a start vector so often that
 * components outside the largest 128 eigenvalues of a random matrix (whose moduli fill a disc evenly) have faded by 1e-12.
 */
function dominantEigenvalues(matrix: Float64Array, size: number): Eigenvalues {
  let v: Float64Array = new Float64Array(size);
  // Spread evenly by the golden ratio, so that no structure of the matrix is likely to be orthogonal to it.
  for (let i = 0; i < size; i++) v[i] = (((i + 1) * 0.6180339887498949) % 1) - 0.5;
  // A share krylovSize/size of the disc is an outer ring of relative width krylovSize/(2 size): exp(-steps × width) = 1e-12.
  const steps = Math.min(500, Math.ceil((2 * 27.6 * size) / krylovSize));
  for (let i = 0; i < steps && normalise(v) > 0; i++) v = multiply(matrix, size, v);
  if (normalise(v) === 0) return { real: new Float64Array(1), imaginary: new Float64Array(1) };

  const basis = [v];
  const h = new Float64Array(krylovSize * krylovSize);
  for (let j = 0; j < krylovSize; j++) {
    const next = multiply(matrix, size, basis[j]!);
    const before = Math.sqrt(dotProduct(next, next));
    // Twice is enough for orthogonality to rounding (Kahan; Parlett 1980).
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i <= j; i++) {
        const dot = dotProduct(basis[i]!, next);
        h[i * krylovSize + j]! += dot;
        for (let e = 0; e < size; e++) next[e]! -= dot * basis[i]![e]!;
      }
    }
    const after = normalise(next);
    if (j + 1 === krylovSize) break;
    if (after <= 1e-14 * before) return hessenbergEigenvalues(leadingBlock(h, krylovSize, j + 1), j + 1);
    h[(j + 1) * krylovSize + j] = after;
    basis.push(next);
  }
  return hessenbergEigenvalues(h, krylovSize);
}

function leadingBlock(h: Float64Array, stride: number, size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, e) => h[Math.floor(e / size) * stride + (e % size)]!);
}

function multiply(matrix: Float64Array, size: number, v: Float64Array): Float64Array {
  const result = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (let j = 0, at = i * size; j < size; j++, at++) sum += matrix[at]! * v[j]!;
    result[i] = sum;
  }
  return result;
}

function dotProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Scales a vector to length 1, unless it is zero, and returns the length it had. */
function normalise(v: Float64Array): number {
  const norm = Math.sqrt(dotProduct(v, v));
  if (norm > 0) for (let i = 0; i < v.length; i++) v[i]! /= norm;
  return norm;
}
