/** The texts of the room of applications. */

export const applications = {
  title: "Applications",
  intro:
    "A recurrent network can read one thing or many, and say one thing or many. Each shape below is the same cell, unrolled through time; choose one and try it on a small network that was trained for it and runs here in your browser.",
  shapes: "Shapes",
  shape: {
    "one-to-many": { name: "One to many", about: "one picture in, a sentence out" },
    "many-to-one": { name: "Many to one", about: "a sentence in, one answer out" },
    aligned: { name: "Many to many, step by step", about: "an answer at every step" },
    "encoder-decoder": { name: "Many to many, read then say", about: "all is read before the first word is said" },
    forecast: { name: "Forecasting", about: "days in, a day to come out" },
  },
  demos: "Demonstrations of this shape",
  demo: {
    caption: {
      title: "Caption a picture",
      about:
        "Convolutions make regions of the picture; a network then says a word at a time, reads the word it has just said, and looks at the regions again before the next. It does so for several copies of the picture, each a little changed, and the caption that most of them get is taken.",
      fails:
        "It knows nothing but emoji, and takes a photograph or a drawing for one too. It mixes up faces whose mouths differ by a few pixels, and neighbouring tones of skin; what another artist draws quite differently becomes anything. A clock or a flag that it has seen in no drawing it never gets right.",
    },
    feel: {
      title: "Feel a sentence",
      about:
        "Two networks read the sentence, one from each end; what their states reach at most over all words gives one probability. The model reads English.",
      fails:
        "It adds words up more than it understands them: “not bad at all” counts as bad, irony goes unnoticed, and words it has never met count for nothing. Of a long text it reads the beginning only.",
    },
    restore: {
      title: "Restore diacritics",
      about:
        "Vietnamese typed without its marks. Two networks read the letters from both ends, and each letter gets its marks.",
      fails:
        "It knows short everyday sentences. Names and rare words go wrong (Nguyễn Văn An becomes “Nguyện Vẫn Ăn”), and so do syllables that fit with several marks, sometimes even where the sentence tells: of “con doi bung” (the child is hungry) it makes “còn đói bụng” (still hungry).",
    },
    write: {
      title: "Continue a text",
      about:
        "At every step the network says which character is likely next; one of them is drawn, and read at the next step.",
      fails:
        "It has learned how words and lines look and sound, not what they mean: after a few words the thread is lost.",
    },
    translate: {
      title: "Translate",
      about:
        "One network reads the English sentence from both ends; another one says the Vietnamese sentence, and for each word looks back at what was read.",
      fails:
        "It has learned from few sentences, most of them short. A name or a rare word is copied as it is, left out or becomes another, even in a short sentence; in longer ones it repeats parts, drops some and makes some up.",
    },
    forecast: {
      title: "Forecast births",
      about:
        "Births a day in the United States. The network reads four weeks with the calendar, and tells the day a week ahead with an interval that should hold nine days of ten.",
      fails:
        "It knows weekdays and federal holidays, but no storms, and no other days that people avoid: in 2014 it errs most on Christmas Eve, on 11 September and on Halloween, where it expects too many.",
    },
  },
  model: {
    missing: "The model of this demonstration is not part of this site.",
    loading: (done: string, all: string): string => `Loading the model: ${done} of ${all} kB`,
    opening: "Opening the model…",
    failed: "The model could not be loaded",
    notAnswered: "The model gave no answer",
    size: (kilobytes: string, parameters: string): string => `${parameters} parameters in ${kilobytes} kB.`,
  },
  quality: {
    title: "How good is it?",
    caption: (exact: string, words: string, count: string, nearest: string): string =>
      `Of ${count} emoji by another artist than the one it learned from, it captions ${exact} exactly right (words right: F1 ${words}); the caption of the most similar picture it has learned is right for ${nearest}.`,
    feel: (right: string, count: string, bag: string, majority: string): string =>
      `It is right on ${right} of ${count} snippets of film reviews it has never seen, against ${bag} for a bag of words without order and ${majority} for always giving the same answer.`,
    restore: (words: string, count: string, usual: string): string =>
      `In ${count} sentences it has never seen, ${words} of the words get all their marks right; giving each word its most usual marks gets ${usual}.`,
    write: (bits: string, nGrams: string): string =>
      `On text it has never seen it needs ${bits} bits a character; counts of character sequences (n-grams) need ${nGrams}. Fewer is better.`,
    translate: (bleu: string, exact: string, count: string, nearest: string, nearestExact: string): string =>
      `On ${count} sentences it has never seen it reaches BLEU ${bleu}, and says ${exact} of them exactly as a reference does; the translation of the most similar sentence it has learned reaches BLEU ${nearest}, and is exactly right for ${nearestExact}.`,
    forecast: (error: string, naive: string, count: string, within: string): string =>
      `Over the ${count} days of 2014, which it has never seen, it is ${error} births off a day on average; “as a week ago” is ${naive} off. Its interval held ${within} of the days.`,
  },
  unrolled: "Unrolled",
  unrolledLabel: (shape: string, inputs: string, outputs: string): string =>
    `${shape}, unrolled: it reads ${inputs === "" ? "nothing" : inputs} and says ${outputs === "" ? "nothing" : outputs}`,
  legend: { input: "what is read", state: "hidden state", output: "what is said", look: "where it looks" },
  examples: "Try",
  feel: {
    label: "A sentence about a film",
    good: "good",
    bad: "bad",
    probability: (percent: string): string => `${percent} % likely to be praise`,
    meter: "How likely it is praise",
    words: "What tipped it",
    help: "Each word in turn is made an unknown one, to see what it did: green and underlined, it speaks for praise; red and dotted, against; the stronger, the more.",
    for: "for praise",
    against: "against",
    none: "nothing much",
    empty: "Write a sentence above.",
  },
  restore: {
    label: "Vietnamese without marks",
    help: "Marks that you type are taken off first, so you can put it to the test.",
    result: "With its marks",
    right: (count: string, all: string): string => `${count} of ${all} words as you typed them`,
    empty: "Write a sentence above.",
  },
  write: {
    author: "In the manner of",
    authors: { shakespeare: "Shakespeare", kieu: "The Tale of Kiều" },
    prompt: "Begins with",
    temperature: "Temperature",
    temperatureHelp: "Near 0 the likeliest is always taken; above 1 the unlikely gets its turn.",
    top: "Of the likeliest",
    topHelp: "Only so many characters are drawn from.",
    start: "Write",
    again: "Write another",
    stop: "Stop",
    result: "The text",
    unknown: "The beginning holds characters that this model has never seen.",
  },
  translate: {
    label: "English",
    beam: "Beams",
    beamHelp: "So many beginnings are followed at once, and the likeliest sentence wins.",
    result: "Vietnamese",
    alignment: "Where it looked",
    alignmentHelp:
      "A row for each word it said, a column for each word it read; the stronger the colour, the more it counted.",
    alignmentLabel: (pairs: string): string => `Alignment: ${pairs}`,
    end: "end",
    empty: "Write a sentence above.",
  },
  caption: {
    sources: "The picture",
    source: { emoji: "An emoji", own: "Your own", drawn: "Draw one" },
    emoji: "Emoji by another artist than the one learned from",
    credit: "Emoji: Twemoji, © Twitter, Inc. and other contributors, CC BY 4.0.",
    file: "A picture",
    unread: (name: string): string => `${name} could not be read as a picture.`,
    pad: "A sheet to draw on with mouse, pen or finger",
    colours: "Colour",
    colour: {
      black: "black",
      red: "red",
      yellow: "yellow",
      green: "green",
      blue: "blue",
      brown: "brown",
      white: "white",
    },
    clear: "Clear the sheet",
    result: "The caption",
    truth: (text: string): string => `It is called “${text}”.`,
    exact: "Exactly as it is called.",
    words: "Word by word",
    look: (word: string): string => `Where it looked for “${word}”`,
    end: "the end",
    nothing: "Choose or draw a picture first.",
    english: "The captions are English: there is no model for Vietnamese ones on this site.",
    picture: "picture",
  },
  forecast: {
    day: "Last day known",
    ahead: "a week",
    chart: "Births a day (thousands)",
    chartLabel: (from: string, to: string, off: string): string =>
      `Births a day from ${from} to ${to}, known and forecast; the forecast is ${off} off on average`,
    series: { truth: "truth", forecast: "forecast", naive: "as a week ago" },
    band: "interval for 90 %",
    known: "last day known",
    error: "Off on average, this week",
    naiveError: "“As a week ago”",
    inside: "Days within the interval",
    births: "births a day",
    of: (inside: string, all: string): string => `${inside} of ${all}`,
  },
};

export type ApplicationsWords = typeof applications;
