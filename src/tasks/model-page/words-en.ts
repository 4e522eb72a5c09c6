/** The English texts of a model's page. */
import type { TaskJob } from "../task-table.ts";

export const en = {
  language: "en" as "en" | "vi",
  modelTitle: (name: string): string => `${name}: a model from inside`,
  cellTitle: (name: string): string => `${name}: a recurrent cell`,
  madeBy: (version: string): string =>
    `Written by Recurra ${version}. The page stands alone: it loads nothing, and no script runs in it.`,
  contents: "Contents",
  source: "Source:",
  sections: {
    is: "What it is",
    learned: "How it was trained",
    layers: "Layers",
    equations: "Equations",
    parameters: "Weights",
    spectra: "Spectra of the recurrent matrices",
    sample: "The sample",
    values: "Gates and states over time",
    attention: "Where it looked",
    saturation: "Saturation",
    memory: "Memory lengths",
    gradient: "The gradient through time",
    shapes: "Shapes",
    gradientEquations: "The gradient of a step",
  },
  tasks: {
    forecast: "Forecasts numbers.",
    classify: "Tells classes of sequences.",
    tag: "Tags words.",
    restore: "Restores the marks of letters.",
    translate: "Says texts in another form.",
    caption: "Says what pictures show.",
    texts: "Tells something of a text.",
    generate: "Goes on with a text.",
    none: "A network without a task: the file does not say what its numbers stand for.",
  },
  facts: {
    targets: "Forecasts",
    covariates: "Reads beside it",
    known: "Is given in advance",
    window: "Looks back on",
    horizon: "Looks ahead by",
    season: "Season",
    seenUntil: "Trained on data until",
    label: "Tells",
    classes: "Classes",
    features: "Reads",
    text: "Column of the texts",
    vocabulary: "Vocabulary",
    source: "Reads the column",
    target: "Answers with the column",
    sourceVocabulary: "Vocabulary read",
    targetVocabulary: "Vocabulary said",
    picture: "Pictures",
    parameters: "Parameters",
    data: "Data",
    epochs: "Epochs",
    kept: "Kept",
    learning: "Learning",
    unfinished: "Unfinished",
  },
  steps: (count: string): string => `${count} steps`,
  entries: (count: string, unit: "character" | "word" | "subword"): string =>
    `${count} ${{ character: "characters", word: "words", subword: "subwords" }[unit]}`,
  pixels: (width: string, height: string): string => `${width} × ${height} pixels`,
  more: (count: string): string => `… and ${count} more`,
  examples: (count: string, task: Exclude<TaskJob["task"]["kind"], "generate"> | "none"): string =>
    `${count} ${{ forecast: "rows", classify: "rows", texts: "texts", tag: "sentences", translate: "pairs of texts", caption: "pictures", none: "examples" }[task]}`,
  keptEpoch: (epoch: string, loss: string, name: string): string => `epoch ${epoch}, ${name} loss ${loss}`,
  learnedBy: (optimiser: string, batch: string, seed: string): string =>
    `${optimiser}, batches of ${batch}, seed ${seed}`,
  unfinished: (epochs: string): string => `a checkpoint of a run after ${epochs} whole epochs`,
  noTraining: "The file does not say how the network was trained.",
  curve: "Loss by epoch",
  training: "training",
  validation: "validation",
  keptMark: "kept",
  epoch: "epoch",
  loss: (name: string): string => `${name} loss`,
  readCurve:
    "Where the validation loss falls no more while the training loss goes on falling, the network learns its data by heart.",
  test: "Scores on the test",
  name: "Name",
  value: "Value",
  /** By their names in model files; what stands beside the network's own score names whose it is. */
  scores: {
    meanAbsoluteError: "mean absolute error",
    rootMeanSquaredError: "root mean squared error",
    naive: "mean absolute error of the last value",
    seasonalNaive: "mean absolute error of the value a season before",
    drift: "mean absolute error of the line through the first and the last value",
    mean: "mean absolute error of the mean",
    accuracy: "share of right answers",
    macroF1: "F1 as the mean over classes",
    calibrationError: "calibration error",
    bagOfWords: "share of right answers of a bag of words",
    majority: "share of the most frequent class",
    nats: "nats a token",
    bitsPerCharacter: "bits a character",
    perplexity: "perplexity",
    nGramBitsPerCharacter: "bits a character of n-grams",
    bleu: "BLEU",
    exact: "share that is exact",
    errorRate: "error rate",
    wordF1: "F1 of the words",
    nearest: "the nearest that was learned",
    baselines: "without a network",
    words: "share of right words",
    usual: "share of right words by usual forms",
    test: "test",
  } as Readonly<Record<string, string>>,
  layer: { path: "Layer", kind: "Kind", inputs: "Reads", outputs: "Gives", parameters: "Parameters" },
  layerKinds: {
    embedding: "embedding",
    dropout: "dropout",
    pool: "pooling over time",
    convolution: "convolution",
    "spatial-pool": "pooling over a picture",
  },
  directions: { forward: "", backward: ", from the end", both: ", in both directions" },
  encoder: "Layers of the encoder begin with encoder.; what it gives is what the other layers answer from.",
  equationsRead: (section: string): string =>
    `What one step computes from its input x and the state of the step before; ⊙ is elementwise. The parameters in it stand below, under “${section}”.`,
  diagram: (name: string): string => `Data flow of one step of ${name}`,
  usedIn: (paths: string, count: number): string => `${count === 1 ? "Layer" : "Layers"} ${paths}`,
  parametersRead:
    "The mean, standard deviation, least and most of all numbers of a parameter, its 2-norm, and how its numbers are spread; the blue rule stands at zero.",
  parameter: {
    name: "Parameter",
    shape: "Shape",
    mean: "Mean",
    deviation: "Deviation",
    least: "Least",
    most: "Most",
    norm: "Norm",
    histogram: "Histogram",
    frozen: "frozen",
  },
  histogram: (name: string, least: string, most: string): string => `Histogram of ${name}, from ${least} to ${most}`,
  spectraRead:
    "Each point is an eigenvalue of a matrix that the last state is multiplied by. Where the product becomes the next state, as in a plain recurrent network, what lies within the dashed unit circle fades from step to step, beyond it it grows, and off the real axis it turns. The matrix of a gate or a candidate only says how strongly that one hears the state: what a whole step does is its Jacobian.",
  spectraSource:
    "H. Jaeger (2001), The echo state approach; R. Pascanu, T. Mikolov, Y. Bengio (2013), On the difficulty of training recurrent neural networks",
  eigenvalues: (name: string, radius: string): string => `${name}: spectral radius ${radius}`,
  eigenvaluesSaid: (name: string, count: string, radius: string, norm: string): string =>
    `The ${count} eigenvalues of ${name} in the complex plane with the unit circle: spectral radius ${radius}, norm ${norm}`,
  axes: { real: "real", imaginary: "imaginary" },
  noSpectra: "No cell of this network has a square matrix from a state to itself, so there is no such spectrum.",
  tooLarge: (names: string, size: string): string => `Left out, because they have more than ${size} rows: ${names}.`,
  noRecurrence: "The network has no recurrent layer, so there are no states to follow over time.",
  noSample: "The file holds no self-test, and no sample was given, so nothing can be shown of the network at work.",
  sampleFrom: {
    text: (text: string): string => `The text that was given: “${text}”`,
    file: (file: string): string => `What was given in ${file}.`,
    "self-test":
      "The first sequence of the self-test that is stored in the file: what the network was saved with to be checked.",
    sentence: (text: string): string =>
      `The self-test in the file is too short to show much, so the network reads a sentence: “${text}”`,
  },
  sampleSteps: (count: string): string => `It has ${count} steps.`,
  sampleCut: (count: string): string => `Of a longer one only these ${count} steps are shown.`,
  answered: "What the decoder reads at each step is what the network itself said at the step before.",
  oneView: (views: string): string =>
    `It read the picture as it is. To answer it asks ${views} views of a picture and takes what most of them say, so its answer may be another.`,
  said: (text: string): string => `It said: “${text}”`,
  inputs: "What it reads",
  inputsSaid: (steps: string, inputs: string, mean: string): string =>
    `Heat map of what it reads, ${steps} steps by ${inputs} inputs, mean ${mean}`,
  inputsRead: "Rows are inputs as the network sees them, scaled; columns are steps.",
  unit: "unit",
  input: "input",
  step: "step",
  /** Of a chart that has nothing to show. */
  nothing: "no finite values",
  valuesRead:
    "Columns are steps, rows are units. Gates go from 0, shut (pale), to 1, open (full colour); states and candidates from negative (red) to positive (blue, violet).",
  valuesSource:
    "The equations above, step by step in float64; A. Karpathy, J. Johnson, L. Fei-Fei (2015), Visualizing and understanding recurrent networks",
  roles: { gate: "gate", candidate: "candidate", state: "state", output: "output", other: "value" },
  cellOf: (path: string, name: string, units: string): string => `Layer ${path}: ${name}, ${units} units`,
  fromEnd: "It reads from the end: its state at a step has seen that step and all after it.",
  valueMap: (name: string, role: string): string => `${name} (${role})`,
  valueSaid: (name: string, path: string, steps: string, units: string, mean: string): string =>
    `Heat map of ${name} in layer ${path}, ${steps} steps by ${units} units, mean ${mean}`,
  attentionRead:
    "Each row is a token that was said, each column a step of the source: the darker, the more that step counted. A row adds up to 1.",
  attentionSource:
    "D. Bahdanau, K. Cho, Y. Bengio (2015), Neural machine translation by jointly learning to align and translate",
  attention: (path: string): string => `Attention of layer ${path}`,
  attentionTurned: "Here the columns are what was said, and the rows the steps of the source.",
  region: "region",
  saturationRead:
    "Each circle is a unit: to the right, how often its gate is shut (below 0.1); upwards, how often it is open (above 0.9). Top left are units that keep or pass all, bottom right those that keep or pass nothing, bottom left those that are in between. Of tanh values the ends are ±0.9.",
  saturationSource:
    "A. Karpathy, J. Johnson, L. Fei-Fei (2015), Visualizing and understanding recurrent networks, figure 2",
  saturationSaid: (name: string, path: string, left: string, right: string): string =>
    `Saturation of ${name} in layer ${path}: on average ${left} of the steps at the lower end, ${right} at the upper`,
  saturationAxes: {
    gate: { left: "share of steps shut", right: "share of steps open" },
    squashed: { left: "share of steps below −0.9", right: "share of steps above 0.9" },
  },
  noSaturation: "No value of these cells is bounded by its equations, so none can stand at its end.",
  memoryRead:
    "For each unit the steps after which 1/e (37 %) of what it held is left, the longest first: −1 / mean log |∂sₜ[i]/∂sₜ₋₁[i]|. It sees only what a unit hands on to itself.",
  memorySource: "C. Tallec, Y. Ollivier (2018), Can recurrent neural networks warp time?",
  memoryChart: (path: string): string => `Memory length by unit, layer ${path}`,
  memoryAxis: "steps (logarithmic)",
  rank: "unit, the longest memory first",
  memoryTable: "Memory lengths in steps",
  layerOf: "Layer",
  state: "State",
  longest: "Longest",
  median: "Median",
  shortest: "Shortest",
  never: "does not fade",
  notDrawn: (missing: string): string => `A logarithmic axis has no place for these: ${missing}.`,
  endless: (state: string, count: string, all: string): string =>
    `${count} of the ${all} units of ${state} do not fade`,
  wiped: (state: string, count: string, all: string): string =>
    `${count} of the ${all} units of ${state} keep nothing (length 0)`,
  gradientRead:
    "The length of ∂loss/∂sₜ at each step. A gradient travels against the order in which a layer reads, from right to left if nothing else is said: a line that falls on that way vanishes, one that rises explodes, and what is level can be learned over that distance.",
  gradientSource:
    "S. Hochreiter (1991), Untersuchungen zu dynamischen neuronalen Netzen; Y. Bengio, P. Simard, P. Frasconi (1994), Learning long-term dependencies with gradient descent is difficult",
  gradientLoss: {
    sum: "The loss is the sum of what the network gives in the end.",
    unit: "The loss is the largest of the outputs that the network gives in the end: what it says there.",
  },
  gradientTurned: "This layer reads from the end, so its gradient travels from left to right.",
  gradientThroughout:
    "What this layer gives is used at many steps at once (by attention, pooling, a convolution or a layer in the other direction), so the gradient comes in at all of them: the line does not say how far it has travelled.",
  gradientChart: "What is left of the gradient at each step",
  gradientAxis: "‖∂loss/∂s‖ (logarithmic)",
  fates: {
    vanishes: "vanishes",
    holds: "reaches the other end",
    explodes: "explodes",
    unknown: "cannot be judged by its ends",
  },
  fate: (state: string, fate: string, factor: string | undefined): string =>
    `${state} ${fate}${factor === undefined ? "" : ` (× ${factor} a step back)`}`,
  goneFate: (state: string): string => `${state} vanishes: nothing of it is left at the other end`,
  noGradient: "No gradient comes back to a state of these layers.",
  productRead:
    "The largest that a gradient of the final states can still be at each step: the norm of the product of all Jacobians ∂sₜ/∂sₜ₋₁ from there to the last that the layer reads, where it is 1.",
  productSource:
    "Y. Bengio, P. Simard, P. Frasconi (1994); R. Pascanu, T. Mikolov, Y. Bengio (2013); growth exponent: R. Engelken, F. Wolf, L. F. Abbott (2023), Lyapunov spectra of chaotic recurrent neural networks",
  productChart: (path: string): string => `Norm of the product of Jacobians, layer ${path}`,
  productAxis: "norm (logarithmic)",
  growth: (exponent: string, factor: string): string =>
    `Largest growth exponent ${exponent} a step: two states that differ a little are on average × ${factor} as far apart a step later.`,
  noProduct: (path: string, size: string): string =>
    `The Jacobians of layer ${path} are left out: it has more than ${size} states.`,
  oneStep: "The sample has one step, so nothing travels through time.",
  kinds: { input: "input", memory: "memory", state: "state", parameter: "parameter", frozen: "frozen parameter" },
  kind: "Kind",
  aNumber: "a number",
  sizesNote: (letters: string): string => `${letters} are sizes that a network chooses.`,
  count: (count: string, hidden: string): string =>
    `With ${hidden} inputs and ${hidden} hidden units it has ${count} parameters.`,
  gradientEquationsRead:
    "What backpropagation through time computes at each step; Σ sums over steps and sequences, and these equations are derived from the ones above.",
  /** In diagrams of cells; what is missing is as the library says it. */
  flow: {} as Readonly<Record<string, string>>,
};

export type PageWords = typeof en;
