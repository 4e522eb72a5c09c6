/** The texts of the room of the vanishing gradient. */

export const gradient = {
  title: "The vanishing gradient",
  intro:
    "To learn from its last step what its first one should have kept, a network sends the gradient of its loss back through every step. At each it is multiplied by the same kind of matrix: what is made a little smaller each time is soon gone, and what is made a little larger soon has no bounds. Here you see it on a real network, reading a sequence of the adding problem.",
  network: "The network",
  cell: "Cell",
  cells: { rnn: "Elman (simple RNN)", lstm: "LSTM", gru: "GRU" },
  activation: "Activation",
  activations: { tanh: "tanh", relu: "ReLU", linear: "none (linear)" },
  start: "First values of W_rec",
  starts: { random: "random", orthogonal: "orthogonal", identity: "identity" },
  radius: "Spectral radius of W_rec",
  radiusHelp: "Move it: below 1 the gradient vanishes, far above 1 it explodes.",
  bias: { lstm: "Bias of the forget gate", gru: "Bias of the update gate" },
  biasHelp: "The larger, the more of the past each step keeps before any training.",
  steps: "Steps",
  hidden: "Hidden size",
  seed: "Random seed",
  picture: "What is left on the way back",
  pictureLabel: (sentence: string): string =>
    `The unrolled network with arrows from the loss back to the first step, and below them what is left of the gradient at each step. ${sentence}`,
  loss: "loss",
  step: "step",
  legend: {
    left: (state: string): string => `what is left of ∂loss/∂${state}`,
    other: (state: string): string => `of ∂loss/∂${state}`,
    without: "without the cure",
    bound: "the most there can be: the norm of the product of Jacobians",
    one: "1: as at the last step",
    rounding: "below: lost in the rounding of float32",
  },
  readAt: (step: string, share: string): string => `step ${step}: ${share}`,
  fates: {
    vanishes: (first: string, factor: string): string =>
      `The gradient vanishes: of what the last step gets, a share of ${first} comes to the first. Each step back multiplies it by ${factor} on average.`,
    fades: (first: string, factor: string): string =>
      `The gradient fades: of what the last step gets, a share of ${first} comes to the first. Each step back multiplies it by ${factor} on average.`,
    holds: (first: string, factor: string): string =>
      `The gradient holds: ${first} times what the last step gets comes to the first. Each step back multiplies it by ${factor} on average.`,
    grows: (first: string, factor: string): string =>
      `The gradient grows: the first step gets ${first} times what the last one gets. Each step back multiplies it by ${factor} on average.`,
    explodes: (first: string, factor: string): string =>
      `The gradient explodes: the first step gets ${first} times what the last one gets. Each step back multiplies it by ${factor} on average.`,
    stops: (): string => "No gradient at all comes to the first step.",
  },
  why: "Why: the Jacobian of a step",
  whyIntro:
    "The Jacobian J says what a step makes of a small difference in the state. Going back, the gradient is multiplied by its transpose, step after step. Eigenvalues inside the unit circle shrink it, those outside let it grow.",
  at: "Step",
  planeLabel: (radius: string, count: string): string =>
    `Eigenvalues of the step's Jacobian in the complex plane, with the unit circle: ${count} of them, the largest of modulus ${radius}`,
  planeLegend: { jacobian: "eigenvalues of J", weights: "eigenvalues of W_rec" },
  numbers: {
    radius: "Spectral radius of J",
    radiusNote: "largest |eigenvalue|",
    norm: "Largest singular value of J",
    normNote: "the most one step can multiply by",
    product: "Norm of the product of all J",
    productNote: (count: string): string => `${count} steps, from the last to the first`,
    exponent: "Growth exponent",
    exponentNote: (factor: string): string => `times ${factor} a step; below 0 the past is forgotten`,
    slope: "Mean slope of the activation",
  },
  slopes: {
    tanh: "tanh has slope 1 at zero and less elsewhere, so it can only pull the eigenvalues of W_rec inwards: a saturated unit lets nothing through.",
    relu: "ReLU has slope 1 or 0: a unit that is on lets everything through, one that is off nothing.",
    linear: "Without an activation J is W_rec itself: the spectral radius alone decides.",
  },
  gates:
    "In a gated cell the state is carried over by a gate, not by a matrix: the nearer the gate to 1, the nearer the eigenvalues to 1.",
  cures: "Cures",
  curesIntro: "Each is measured on the simple network with your settings, and can be switched on in the picture above.",
  turnOn: "Show it",
  isOn: "Shown above",
  cure: {
    orthogonal: {
      title: "Orthogonal first values",
      text: "W_rec begins as a rotation: it keeps every length, so only the activation shrinks the gradient.",
    },
    identity: {
      title: "ReLU and identity",
      text: "Each unit begins by keeping its value as it is (IRNN). Units that are off let nothing through.",
    },
    clip: {
      title: "Gradient clipping",
      text: "A gradient longer than 1 is made shorter and keeps its direction. It cures explosion alone: what has vanished stays so.",
    },
    truncate: {
      title: "Truncated backpropagation",
      text: "The gradient is cut off after some steps. That saves time and memory and holds explosion down, but what lies further back can no longer be learned from: it is no cure for forgetting.",
    },
    echo: {
      title: "Echo state network",
      text: "The recurrent part is drawn once and never trained, only the readout is: there is no gradient through time that could vanish.",
    },
    lstm: {
      title: "LSTM",
      text: "The cell state is carried over by the forget gate. At first that is almost constant: about σ(bias), so the bias decides how far the gradient reaches before training.",
    },
    gru: {
      title: "GRU",
      text: "The update gate blends the old state with the new one, and so does for h what the forget gate does for c.",
    },
  },
  keep: "Steps kept",
  effects: {
    first: "left at the first step",
    weights: "norm of ∂loss/∂W_rec",
    trained: "numbers trained",
  },
  recall: (steps: string): string =>
    `Of random inputs its readout recovers about as much as the last ${steps} steps (memory capacity, on inputs it was not fitted on).`,
  effect: (what: string, before: string, after: string): string => `${what}: ${before}, with it ${after}`,
  nothingToClip: "With your settings the gradient is short enough, so nothing is clipped.",
  makeExplode: "Make it explode",
  race: {
    title: "A race on the adding problem",
    intro: (length: string): string =>
      `Of ${length} numbers two are marked, and at the end their sum is asked for. Who cannot carry the first one to the end can do no better than always to answer 1. All three have the same hidden size and the same settings, and learn here, in your browser.`,
    length: "Length of the sequences",
    updates: "Updates",
    start: "Start the race",
    stop: "Stop",
    progress: "Progress",
    running: (percent: string): string => `${percent} % done`,
    finished: "All have come to their end.",
    stopped: "Stopped.",
    failed: "The race could not be run",
    curve: "Mean squared error as they learn",
    curveLabel: (cells: string): string => `Mean squared error of the last batches against updates, for ${cells}`,
    x: "updates",
    y: "squared error",
    chance: "always 1",
    names: { rnn: "Elman", lstm: "LSTM", gru: "GRU" } as Record<string, string>,
    table: "On sequences never seen",
    columns: { cell: "Cell", parameters: "Parameters", error: "Mean squared error", share: "Of chance" },
    verdict: (cell: string, times: string): string =>
      `${cell} has learned it: its error is ${times} times smaller than that of the simple network.`,
    open: "No one has learned it yet. Give them more updates, or shorter sequences.",
  },
  failed: "This could not be measured",
};

export type GradientWords = typeof gradient;
