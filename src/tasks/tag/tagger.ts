/** A trained tagger at work: tags for sentences, marks for texts, and a tag at a time for streams. */
import { joinMarks, splitTokens } from "../../data/index.ts";
import type { TaggedSentence } from "../../data/index.ts";
import type { Model } from "../../network/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { cutText, noMark, unmarkSentence } from "./plan-tag.ts";
import { createReader, numberTokens } from "./tag-tokens.ts";
import type { TagTask } from "./tag-task.ts";

/** A network with all that turns sentences into its inputs and its outputs into tags. */
export interface Tagger {
  readonly kind: "tagger";
  readonly model: Model;
  readonly task: TagTask;
}

/** Kernels are made for given sizes, so there are few: batches of one or of so many, of steps that are powers of two. */
const members = 32;
const leastSteps = 16;

/** Numbers of sentences by the steps they are padded to. */
function groupByLength(sentences: readonly (readonly string[])[]): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>();
  for (const [index, { length }] of sentences.entries()) {
    if (length === 0) continue;
    const steps = Math.max(leastSteps, 2 ** Math.ceil(Math.log2(length)));
    const group = groups.get(steps) ?? [];
    group.push(index);
    groups.set(steps, group);
  }
  return groups;
}

/** The number of each token's class, by sentence. Of the logits, those of classes that a token cannot have are not looked at. */
export function chooseClasses(
  { model, task }: { readonly model: Pick<Model, "predict" | "shape">; readonly task: TagTask },
  sentences: readonly (readonly string[])[],
): readonly Int32Array[] {
  const predicted = sentences.map(({ length }) => new Int32Array(length));
  const choose = chooser(task);
  const read = createReader(task);
  const size = task.classes.names.length;
  for (const [steps, group] of groupByLength(sentences)) {
    const batch = group.length < members / 8 ? 1 : members;
    for (let at = 0; at < group.length; at += batch) {
      const indices = group.slice(at, at + batch);
      const inputs = new Float32Array(steps * batch);
      // Members that only fill up the batch have one step.
      const lengths = new Int32Array(batch).fill(1);
      indices.forEach((index, member) => {
        const tokens = known(sentences[index], "a sentence");
        lengths[member] = tokens.length;
        numberTokens(task.vocabulary, read(tokens)).forEach((number, step) => (inputs[step * batch + member] = number));
      });
      const logits = model.predict({ steps, batch, inputs, lengths });
      indices.forEach((index, member) => {
        const own = known(predicted[index], "a sentence");
        known(sentences[index], "a sentence").forEach((token, step) => {
          const first = (step * batch + member) * size;
          own[step] = choose(token, logits.subarray(first, first + size));
        });
      });
    }
  }
  return predicted;
}

/** The classes that a token may have. */
export function openClasses({ possible, classes }: TagTask): (token: string) => readonly number[] {
  const every = classes.names.map((_, at) => at);
  const none = [Math.max(0, classes.names.indexOf(noMark))];
  const byToken =
    possible === undefined
      ? undefined
      : new Map(possible.tokens.map((token, at) => [token, known(possible.classes[at], "classes")]));
  return (token) => (byToken === undefined ? every : (byToken.get(token.toLowerCase()) ?? none));
}

/** Chooses the class of a token from its logits `[classes]`. */
function chooser(task: TagTask): (token: string, logits: ArrayLike<number>) => number {
  const open = openClasses(task);
  return (token, logits) =>
    open(token).reduce((best, one) => ((logits[one] ?? -Infinity) > (logits[best] ?? -Infinity) ? one : best));
}

/** Sentences, each a list of tokens, with their tags. Throws `data/empty-sequence` for one without a token. */
export function tagSentences(tagger: Tagger, sentences: readonly (readonly string[])[]): readonly TaggedSentence[] {
  const empty = sentences.findIndex((tokens) => tokens.length === 0);
  if (empty >= 0) throw new RecurraError("data/empty-sequence", `Sentence ${empty + 1} has no token; leave it out.`);
  const { names } = tagger.task.classes;
  return chooseClasses(tagger, sentences).map((classes, at) => ({
    tokens: known(sentences[at], "a sentence"),
    tags: Array.from(classes, (one) => known(names[one], "a tag")),
  }));
}

/** The sentences of a text, one a line, cut into words and signs, with their tags. Throws `util/bad-argument` for a tagger that restores marks. */
export function tagText(tagger: Tagger, text: string): readonly TaggedSentence[] {
  if (tagger.task.restore !== undefined)
    throw new RecurraError("util/bad-argument", "This tagger restores marks and knows no other tags; use restoreText.");
  const lines = text.split(/[\r\n]+/u).map((line) => splitTokens(line, tagger.task.vocabulary));
  return tagSentences(
    tagger,
    lines.filter(({ length }) => length > 0),
  );
}

/**
 * A text with its marks: each letter has those that the network finds likeliest, and all else stays as it is. Marks that the text has are
 * taken off first. Throws `util/bad-argument` for a tagger of other tags.
 */
export function restoreText(tagger: Tagger, text: string): string {
  return known(restoreTexts(tagger, [text])[0], "a text");
}

/** Many texts at once: see `restoreText`. */
export function restoreTexts(tagger: Tagger, texts: readonly string[]): readonly string[] {
  const { restore, classes } = tagger.task;
  if (restore === undefined)
    throw new RecurraError("util/bad-argument", "This tagger tells tags and restores no marks; use tagText.");
  const pieces = texts.map((text) => cutText(text.normalize("NFC")).map((piece) => unmarkSentence(piece).tokens));
  const predicted = chooseClasses(tagger, pieces.flat());
  let at = 0;
  return pieces.map((own) =>
    own
      .map((letters) => {
        const marks = Array.from(known(predicted[at++], "a piece"), (one) => known(classes.names[one], "marks"));
        return joinMarks({ letters, marks });
      })
      .join(""),
  );
}

/** Tags as the tokens come, one by one. */
export interface TagStream {
  /** The tag of the next token: for a tagger that restores marks, a character; the answer is the character with its marks. */
  push(token: string): string;
  /** Before the first token of another sentence. */
  reset(): void;
  dispose(): void;
}

/** A stream through a tagger that reads forwards only (`causal`). Throws `network/no-stream` for one that needs the whole sentence. */
export function openTagStream({ model, task }: Tagger): TagStream {
  const session = model.session();
  const choose = chooser(task);
  return {
    push: (token) => {
      const marked = task.restore === undefined ? undefined : unmarkSentence(token).tokens;
      const letter = marked?.length === 1 ? known(marked[0], "a letter") : token;
      const logits = session.step(numberTokens(task.vocabulary, [letter]));
      const tag = known(task.classes.names[choose(letter, logits)], "a tag");
      return task.restore === undefined ? tag : joinMarks({ letters: [letter], marks: [tag] });
    },
    reset: () => session.reset(),
    dispose: () => session.dispose(),
  };
}
