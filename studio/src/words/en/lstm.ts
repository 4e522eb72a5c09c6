/** The texts of the room inside the LSTM. */

export const lstm = {
  title: "Inside the LSTM",
  intro:
    "An LSTM keeps a cell state c beside its hidden state h, and three gates decide, for each unit and at each step, what of it stays, what is added and what is shown. Here a trained one reads a text, character by character; every number is its own.",
  text: "Text",
  textHelp: "Type what you like, up to 600 characters.",
  model: "Network",
  models: {
    shakespeare: "trained on Shakespeare’s plays (English)",
    kieu: "trained on Truyện Kiều (Vietnamese)",
    untrained: "not trained: its first values",
  },
  examples: "Examples",
  example: { course: "The sentence of the course", shakespeare: "A sonnet by Shakespeare", kieu: "From Lục Vân Tiên" },
  missing:
    "The trained model is not among the files of this page, so a network that has learned nothing reads the text: its gates work the same way, but they mean nothing.",
  untrained: "This network has learned nothing: its gates work the same way, but what they do means nothing.",
  unknown: (characters: string): string =>
    `The model has never seen ${characters}, and reads each of them as one and the same unknown character.`,
  empty: "Type a text of at least one character.",
  failed: "The text could not be read",
  step: "One step, part by part",
  stripLabel: "The text; the character that is being read is marked",
  play: "Steps of the LSTM",
  at: (character: string, at: number, count: number, part: string): string =>
    `${character}, ${at} of ${count}: ${part}`,
  names: { space: "space", line: "end of line" },
  unit: "Unit",
  unitHelp: (count: number): string => `One of ${count}; all of them do this at once, each with numbers of its own.`,
  mostChanged: "The one that changes most here",
  parts: {
    forget: "forget gate",
    input: "input gate and candidate",
    cell: "new cell state",
    output: "output gate",
    hidden: "new hidden state",
  },
  partTexts: {
    forget: (share: string): string => `Of what the cell holds, ${share} stays.`,
    input: (share: string, candidate: string): string => `The candidate is ${candidate}, and ${share} of it is let in.`,
    cell: (before: string, after: string): string => `The cell goes from ${before} to ${after}.`,
    output: (share: string): string => `${share} of what the cell holds is shown.`,
    hidden: (value: string): string => `What the other units, and the next step, see of it is ${value}.`,
  },
  pictureLabel: (part: string, sentence: string): string =>
    `One step of an LSTM: the cell state runs along the top, the gates below feed it. Now: ${part}. ${sentence}`,
  guess: "What it expects next",
  noGuess: "nothing, as nothing was learned",
  maps: "All units over the text",
  mapsIntro:
    "A column for each character, a row for each unit, those with the longest memory on top. Click to look at a unit and a character.",
  mapTabs: {
    c: "c, cell state",
    h: "h, hidden state",
    f: "f, forget gate",
    i: "i, input gate",
    o: "o, output gate",
    g: "g, candidate",
  },
  mapUnit: (unit: number): string => `unit ${unit}`,
  follow: "Units that follow something",
  followIntro:
    "For each signal the unit that goes with it best on the first half of the text, and how well the same unit goes with it on the second half. 1 and −1: always; 0: not at all.",
  followColumns: {
    signal: "Signal",
    unit: "Unit",
    found: "First half",
    checked: "Second half",
    area: "ROC area",
    show: "Text",
  },
  signals: {
    quotes: "within quotation marks",
    brackets: "within brackets",
    depth: "how many brackets are open",
    "line-position": "characters since the line began",
    "word-position": "characters since the word began",
    vowel: "a vowel",
    space: "a space or an end of line",
    "upper-case": "a capital letter",
    digit: "a digit",
    "line-rest": "characters to the end of the line",
  } as Record<string, string>,
  colour: "Colour",
  colourLabel: (unit: string, signal: string): string => `Colour the text by ${unit}: ${signal}`,
  coloured: (unit: string): string => `The text, coloured by ${unit}`,
  positive: "above 0",
  negative: "below 0",
  short: "The text is too short to say what a unit follows: take a longer one.",
  honest:
    "Take it with a grain of salt. The best of many units follows anything a little, in an untrained network too (choose it above and see). Believe a unit that does as well on the second half, and on another text; and even then it is one part of how the network does it, as most of what it knows is spread over many units.",
  memory: "How long each unit remembers",
  memoryIntro:
    "Steps after which 1/e (37 %) of what a cell held is left, from how open its forget gate was: −1 / mean log f.",
  memoryLabel: (longest: string, shortest: string, median: string): string =>
    `Memory lengths of all units, from ${longest} down to ${shortest} characters; half of them reach ${median} or less`,
  memoryLongest: (unit: string, length: string): string =>
    `Unit ${unit} remembers longest: 37 % of what it held is left after ${length} characters.`,
  memoryMedian: (length: string): string => `Half of the units keep nothing much longer than ${length} characters.`,
  characters: "characters",
};

export type LstmWords = typeof lstm;
