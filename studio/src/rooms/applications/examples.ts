/** Texts to try the demonstrations with, in the language that each model reads. */

export const sentences = [
  "The plot is thin, but it is funny and wonderfully acted.",
  "A tedious mess: two hours of my life I will not get back.",
  "It is not bad at all.",
  "Oh great, another sequel nobody asked for.",
];

export const unmarked = [
  "hom nay troi dep qua, chung ta di choi nhe",
  "toi khong biet ban dang noi gi",
  "me oi, con doi bung roi",
  "ban co muon uong ca phe khong?",
];

export const english = [
  "I don't know what you want to say.",
  "She is reading a book in the garden.",
  "Where is the nearest station?",
  "We have never been to this town before.",
];
