/** The texts of the page around the rooms, and of the parts that rooms share. Each room has a catalogue of its own. */

export const en = {
  title: "Recurra studio",
  skip: "Skip to the content",
  rooms: "Rooms",
  language: "Language",
  languages: { en: "English", vi: "Tiếng Việt" },
  theme: "Theme",
  themes: { system: "Automatic", light: "Light", dark: "Dark" },
  loading: "Loading…",
  /** In diagrams of cells; what is missing is as the library says it. */
  flow: {} as Record<string, string>,
  failed: "This room could not be shown",
  failedAdvice: "Try again; if that does not help, start from the first page.",
  again: "Try again",
  toHome: "To the first page",
  noRoom: "There is no such room",
  noRoomAdvice: "The link may be older or newer than this page.",
  isolated: "Threads are on: training shares the work between cores.",
  notIsolated:
    "This page may not share memory between threads, so training uses one core. recurra studio serves it so that it may.",
  foot: "Everything is computed in this page; nothing leaves this machine.",
  intro: {
    title: "See inside a recurrent network",
    sentences: [
      "A recurrent network reads a sequence step by step and keeps what matters in its state.",
      "Here you see that state, its gates and its gradient, on networks that compute as you look at them.",
      "Every room works on real numbers, and its link holds what you see, so that you can send it on; files that you open stay on your machine, and no link holds them.",
    ],
  },
  room: {
    network: {
      title: "From ANN to RNN",
      summary: "One feed-forward network becomes a recurrent one, in six drawings that follow from each other.",
    },
    applications: {
      title: "Applications",
      summary: "Captions, feelings, translations, diacritics, forecasts: what each shape of network is for.",
    },
    gradient: {
      title: "Vanishing gradient",
      summary: "Watch the gradient fade or explode on its way back through time, and what cures it.",
    },
    lstm: { title: "Inside the LSTM", summary: "One step of an LSTM, gate by gate, on a sentence of yours." },
    variants: {
      title: "Variants",
      summary: "Every cell beside the LSTM: equations, diagram, cost, and a race on a task that needs memory.",
    },
    workbench: { title: "Workbench", summary: "Your data, your equations: train a network and watch it learn." },
    open: {
      title: "Open a model",
      summary: "A trained model from inside: layers, weights, gates, one step at a time.",
    },
    parts: { title: "Parts", summary: "What rooms are made of, in all states." },
  },
  parts: {
    play: "Play",
    pause: "Pause",
    back: "One step back",
    forward: "One step on",
    position: (at: number, count: number): string => `step ${at} of ${count}`,
    heatHelp: "The arrow keys move from value to value.",
    heatValue: (row: string, column: string, value: string): string => `${row}, ${column}: ${value}`,
    unit: (at: number): string => `unit ${at}`,
    step: (at: number): string => `step ${at}`,
    noMatch: "Nothing is called like that.",
    openFile: "Open a file…",
    dropFile: "or drop it here",
    served: "Named on the command line",
    downloadPicture: "Save the picture",
    nothing: "no finite values",
    scrolls: "wider than the page; scroll sideways",
  },
};

/** What every language says. */
export type Words = typeof en;

/** The rooms that there are words for. */
export type RoomName = keyof Words["room"];
