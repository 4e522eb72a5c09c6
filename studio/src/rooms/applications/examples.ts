/** Texts to try the demonstrations with, in the language that each model reads. */

export const sentences = [
  "The plot is thin, but it is funny and wonderfully acted.",
  "A tedious mess: two hours of my life I will not get back.",
  "It is not bad at all.",
  "What a masterpiece, if you like watching paint dry.",
];

export const unmarked = [
  "hom nay troi dep qua, chung ta di choi nhe",
  "toi khong biet ban dang noi gi",
  "me oi, con doi bung roi",
  "ban co muon uong ca phe khong?",
];

export const english = [
  "I don't know where Tom lives.",
  "She likes to drink tea in the morning.",
  "He told me that he wanted to learn how to swim.",
  "The children are playing in the garden.",
];
