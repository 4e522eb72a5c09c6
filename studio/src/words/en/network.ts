/** The texts of the room that leads from a feed-forward network to a recurrent one. */

interface Counted {
  readonly inputs: string;
  readonly hidden: string;
  readonly layers: string;
  readonly outputs: string;
}

export const network = {
  title: "From ANN to RNN",
  intro:
    "A feed-forward network becomes a recurrent one in six drawings, each of which follows from the one before. It is one and the same network all the way, with real weights; move the slider and watch what changes.",
  failed: "The network could not be computed",
  player: "From the first form to the sixth",
  form: (at: number, title: string): string => `Form ${at}: ${title}`,
  between: (from: string, to: string): string => `between ${from} and ${to}`,
  forms: {
    names: ["Neuron by neuron", "Seen from below", "Arrows merged", "Turned upright", "The loop", "Unrolled"],
    what: "What changes",
    why: "Why",
  },
  texts: {
    neurons: {
      what: (sum: string, count: string): string =>
        `Every neuron is joined to every neuron of the next layer: ${sum} = ${count} weights. A strong line is a large weight, and the colour of a neuron is its value.`,
      why: "This is the feed-forward network (ANN) that you know. Numbers come in on the left and leave on the right, and nothing is kept for the next input.",
    },
    below: {
      what: "We tip the network over and look at it from below: the neurons of a layer slide behind each other. Nothing has been taken away.",
      why: "A sequence will need this network many times over. Drawn neuron by neuron it would fill the page, so first we make it small.",
    },
    merged: {
      what: "All lines between two layers become one arrow, and all neurons of a layer one circle. The stripes in it are their values.",
      why: "An arrow is now a whole matrix of weights, and a circle a whole vector. So the sums over neurons become products: W x.",
    },
    upright: {
      what: "A quarter turn: the input comes in from below, the output leaves on top. The equations stay as they are.",
      why: "From left to right is now free. We shall need that direction for time.",
    },
    loop: {
      what: (count: string): string =>
        `The hidden layer gets an arrow to itself: its values come back to it in the next step, through the weights U. These are ${count} weights more.`,
      why: "So the network reads its own last state beside each input, and what it has seen before matters. This one term is all that makes a network recurrent.",
    },
    unrolled: {
      what: (steps: string): string =>
        `The loop as it happens: one copy of the network for each of ${steps} steps, and the loop becomes the arrow from each step to the next. Choose a step, and see what it reads and what it hands on.`,
      why: "Nothing new has come in: W, U, V and the biases are the same in every copy. Drawn like this, one can follow the values through time, and later the gradient on its way back (backpropagation through time).",
    },
  },
  equations: "The equations now",
  equationsOf: (form: string): string => `Equations of the form “${form}”`,
  marks: "First number: the layer; second: the step.",
  inLanguage: "as you write it for Recurra",
  picture: (sizes: string, form: string): string =>
    `A network with layers of ${sizes} neurons, drawn in the form “${form}”`,
  pictureStep: (step: string): string => `; step ${step} is looked at`,
  layer: {
    input: (size: number): string => (size === 1 ? "1 input" : `${size} inputs`),
    hidden: (size: number): string => (size === 1 ? "1 neuron" : `${size} neurons`),
    output: (size: number): string => (size === 1 ? "1 output" : `${size} outputs`),
  },
  legend: "from negative to positive",
  sizes: {
    title: "The network at hand",
    ofModel: (sizes: string, cell: string): string =>
      `These are the sizes of a model: ${sizes}. Its cell is ${cell}, and its weights are learned; what is drawn is the simplest recurrent layer, with random weights.`,
    capped: (most: string): string => `No more is drawn than ${most}.`,
    counted: ({ inputs, hidden, layers, outputs }: Counted): string =>
      `${inputs} inputs, ${layers} × ${hidden} hidden neurons, ${outputs} outputs`,
    inputs: "Inputs",
    hidden: "Neurons in a hidden layer",
    layers: "Hidden layers",
    outputs: "Outputs",
    steps: "Time steps",
    activation: "Activation",
    activations: { tanh: "tanh", relu: "ReLU", sigmoid: "sigmoid" },
    input: "What it reads",
    kinds: { sine: "A wave", pulse: "A pulse, then silence", words: "Words", numbers: "Numbers of your own" },
    follows: "as the text says",
    words: "Three to eight words",
    wordsHelp: "One hot: each different word is an input of its own, 1 where the word is read and 0 elsewhere.",
    wordsError: "It takes three words at least.",
    numbers: "Numbers, step by step",
    numbersHelp: "Semicolons between steps, spaces between the inputs of a step.",
    numbersError: "Three to eight steps, each of up to 32 numbers from −100 to 100; semicolons between steps.",
    again: "New weights",
  },
  sentence: "the cat saw the dog",
  step: {
    title: (at: string): string => `Step ${at}`,
    titleWord: (at: string, word: string): string => `Step ${at}: “${word}”`,
    intro: "Choose a step here or in the picture.",
    introForm: "In the sixth form the steps stand side by side; here are their values already.",
    noLoop: "Without the loop, each step stands alone.",
    player: "Time steps",
    input: "input",
    before: "state of the step before",
    state: "state",
    hidden: "hidden layer",
    output: "output",
    zero: "Before the first step the state is zero.",
    more: (count: string): string => `and ${count} more`,
  },
  sum: {
    title: "One neuron's sum, with its numbers",
    layer: "Hidden layer",
    neuron: "Neuron",
    caption: (neuron: string, step: string): string => `The sum of neuron ${neuron} in step ${step}`,
    weight: "weight",
    value: "value",
    product: "product",
    memory: "Blue rows: what comes through the loop, from the state of the step before.",
    bias: "bias",
    others: (count: string): string => `${count} others together`,
    sum: "sum",
  },
  gates: {
    title: "And in an LSTM or a GRU?",
    text: "The six forms are the same for every recurrent cell; only what stands in the hidden layer, and so what becomes of U, differs.",
    lstm: "LSTM: four matrices U, one for each of the three gates and one for the candidate. A second loop carries the cell state c; it has no weights: c is multiplied by the forget gate, and something is added to it.",
    gru: "GRU: three matrices U, for the reset gate, the update gate and the candidate; one loop.",
    indrnn: "IndRNN: U is a vector u, so each neuron hears nothing but itself.",
    link: "See their equations beside each other",
    stepLink: "Go through an LSTM step by step",
    gradientLink: "See what becomes of the gradient on its way back through the loop",
  },
  memory: {
    title: "What is the loop for?",
    intro:
      "For a short-term memory. Here your network is given a pulse in the first step and silence after it. What you see is the difference that the pulse makes to the hidden layer.",
    withLoop: "With the loop",
    without: "Without the loop",
    label: (which: string): string => `${which}: what the pulse has changed in each neuron, step by step`,
    kept: (step: string, percent: string): string =>
      `In step ${step}, ${percent} % of what the pulse did in step 1 is still there.`,
    gone: (step: string): string => `In step ${step}, nothing of the pulse is left: each input is forgotten at once.`,
    step: "Look at step",
    loop: "Size of U",
    loopHelp:
      "How much of its length a state keeps on its way through U. Below 1 the memory fades; at 0 there is no loop.",
    silent: "The pulse does nothing to this network, even in the first step. Draw new weights.",
  },
  brain: {
    title: "A comparison with the brain",
    intro:
      "A well-known course compares the networks it teaches with the lobes of the brain. It is a picture to remember them by, not neuroscience: real brains do none of these things in one place, and none of them like this.",
    label:
      "A brain from the left side with four lobes: the frontal lobe stands for recurrence, the temporal lobe for weights, the occipital lobe for vision, the parietal lobe for nothing yet",
    frontal: "Frontal lobe",
    temporal: "Temporal lobe",
    occipital: "Occipital lobe",
    parietal: "Parietal lobe",
    cerebellum: "Cerebellum",
    items: {
      temporal: {
        title: "Weights: long-term memory",
        text: "What training has learned over a long time stays in the weights, whatever is read today. The course compares it with the temporal lobe. Any network has this memory, the feed-forward one (ANN) too.",
      },
      frontal: {
        title: "Recurrence: short-term memory",
        text: "What has just been read goes round in the loop and is soon overwritten. The course compares the recurrent network (RNN) with the frontal lobe, which keeps in mind what we are busy with.",
      },
      occipital: {
        title: "Seeing: convolutions",
        text: "The lobe at the back deals with what the eyes see. The course compares it with networks that look at pictures (CNN), which feed forward.",
      },
      parietal: {
        title: "Nothing yet",
        text: "For the parietal lobe, which joins the senses to a sense of space, the course leaves the place empty.",
      },
    },
  },
};

export type NetworkWords = typeof network;
