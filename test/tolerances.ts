/**
 * Every tolerance that a test allows, with its reason. Errors are relative to 1 + |expected| unless a name says otherwise. ε is float32's
 * rounding, 2^-24 ≈ 6e-8.
 */

export const tolerances: Readonly<
  Record<
    | "lane"
    | "curve"
    | "squashed"
    | "product"
    | "randomProgram"
    | "publishedStep"
    | "torchCell"
    | "torchModule64"
    | "torchOutput32"
    | "torchGradient32"
    | "orthonormal"
    | "spectralRadius"
    | "centralDifference"
    | "functionFormula"
    | "simplified"
    | "scalerInverse"
    | "float32Target"
    | "torchTraining64"
    | "torchTraining32"
    | "torchWeight32"
    | "torchLoss64"
    | "torchLoss32"
    | "schedule"
    | "lossDifference"
    | "optimiser"
    | "recordedLoss64"
    | "recordedLoss32"
    | "float64Kernels"
    | "randomCell"
    | "float32Cell"
    | "trace"
    | "jacobianDifference"
    | "singularValue"
    | "growth"
    | "completeness"
    | "browserTraining",
    number
  >
> = {
  /** One float32 operation, correctly rounded: ε, and a fused or reordered one beside it. */
  lane: 1.3e-7,
  /** exp, log, tanh, sigmoid, softplus, sin, cos, power as vector expressions: a few ε. */
  curve: 5e-7,
  /** tanh and sigmoid, absolutely: two and a half ε where they are near 1. */
  squashed: 1.5e-7,
  /** A sum of up to 600 products of numbers in [-1, 1], in any order: partial sums to 20 round by 20 ε each, √600 of that together. */
  product: 3e-5,
  /** A statement of a random program: a dozen operations in a row, in loops of up to four steps; 4000 programs stay below 3e-6. */
  randomProgram: 1e-5,
  /** One float64 step against the paper's formula: the same few dozen operations in another order, some 1e-15 each. */
  publishedStep: 1e-12,
  /** PyTorch's own float64 results for one step of a cell: sums over a handful of inputs in another order. */
  torchCell: 1e-12,
  /** PyTorch's float64 outputs, states and gradients: up to three layers of 33 steps, each sums in another order, whose errors grow along the way. */
  torchModule64: 1e-12,
  /** The same outputs in float32: sums of some dozen numbers rounded by ε each, over up to 100 steps of layers. */
  torchOutput32: 1e-5,
  /** Gradients in float32: those sums once more on the way back, then over up to 165 rows. */
  torchGradient32: 1e-4,
  /** Orthonormality after Gram–Schmidt with a second pass: a few float64 rounding errors for each of up to a hundred elements. */
  orthonormal: 1e-13,
  /** Spectral radius of a scaled matrix found a second time: eigenvalues of a random matrix are good to about its condition times 1e-16. */
  spectralRadius: 1e-9,
  /** A derivative of one operation against the five-point formula in float64: h⁴ f⁽⁵⁾ / 30 with h = 1e-3 and f⁽⁵⁾ up to 1e4, and rounding ε/h. */
  centralDifference: 1e-9,
  /** A function of the language against its textbook formula in float64: a dozen operations, and a shift by 1000 that costs three digits. */
  functionFormula: 1e-12,
  /** A value before and after algebra, which reorders some dozen float64 operations on numbers up to about 1e6. */
  simplified: 1e-9,
  /** Scaling a float64 and back, relative to the largest value: four roundings, and exp undoing log at values up to 1e9 (a factor of 20). */
  scalerInverse: 1e-12,
  /** A target stored as float32 and restored: ε of the scaled value (up to 100), in units of its scale. */
  float32Target: 1e-5,
  /** Losses, gradients and weights along PyTorch's float64 training runs: twenty updates, each of sums in another order, that build on one another. */
  torchTraining64: 1e-9,
  /** Losses, gradients and norms of the same runs in float32: PyTorch itself moves by up to 2e-5 between its precisions. */
  torchTraining32: 1e-4,
  /** Weights of the same runs in float32: an update may divide a gradient by its own size, so one that nearly vanishes moves its weight (0.1 in RMSprop's first step) as its rounding wills. */
  torchWeight32: 1e-3,
  /** A loss and its gradient against PyTorch's in float64: some dozen operations, logits up to 1000. */
  torchLoss64: 1e-12,
  /** The same in float32: exp and log to a few ε, sums over a dozen numbers. */
  torchLoss32: 5e-6,
  /** A rate from a closed formula against PyTorch's, which multiplies from step to step: twenty float64 roundings. */
  schedule: 1e-13,
  /** A slope of a loss by central differences with a step of 1e-5 in float64: rounding 1e-16 / 1e-5, and the step squared times the third derivative. */
  lossDifference: 2e-9,
  /** Nine updates of an optimiser in float64 against the same formulas with divisions in other places; RMSprop's variance may lose some digits. */
  optimiser: 1e-11,
  /** A cell's kernels in float64 against its equations: the same operations, sums in another order, over a few steps. */
  float64Kernels: 1e-12,
  /** The same in float32, relative to the largest number of the array: sums of up to 130 products round by some 10 ε, activations by 3 ε, over up to 7 steps. */
  float32Cell: 1e-5,
  /** Random cells' kernels in float64: some make large numbers, or subtract nearly equal ones and divide by what is left. */
  randomCell: 1e-9,
  /** A trace against the float64 reference: the same operations, sums of up to some dozen products in another order, over up to eight steps of three layers. */
  trace: 1e-12,
  /** A step's Jacobian against five-point differences with a step of 1e-4 in float64: rounding 1e-16 / 1e-4 times values up to 10, and h⁴ / 30 times a fifth derivative of up to 1e7 (a normalised layer's). */
  jacobianDifference: 1e-9,
  /** Singular values by rotations against bidiagonalisation, relative to the largest: some ten float64 roundings for each of up to 40 rows. */
  singularValue: 1e-13,
  /** Growth exponents against a closed form: QR and logarithms of hundreds of steps, and what is left of the start after a few hundred steps of warming up. */
  growth: 1e-9,
  /** Integrated gradients with 200 points of the midpoint rule against the difference that they must add up to: its error falls with the square of the points. */
  completeness: 1e-5,
  /** Parameters, absolutely, after some dozens of updates of Adam in a browser and in Node: kernels round otherwise where they fuse, and an update is of the rate's size, 0.01, whatever the gradient's. */
  browserTraining: 1e-3,
  /** Losses along ten updates as recorded to 15 digits in float64; the last digits of exp and tanh are the engine's own. */
  recordedLoss64: 1e-13,
  /** The same in float32: some hundred ε. */
  recordedLoss32: 5e-6,
};
