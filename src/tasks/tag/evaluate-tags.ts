/** How good a tagger is, beside giving each word the tags it had most often in training. */
import { accuracy, joinMarks, macroF1 } from "../../data/index.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { judgeAll } from "../judge.ts";
import type { Judged } from "../judge.ts";
import { noMark, prepareFor } from "./plan-tag.ts";
import type { PreparedSentence, TagData } from "./plan-tag.ts";
import { chooseClasses } from "./tagger.ts";
import type { Tagger } from "./tagger.ts";
import type { TagTask } from "./tag-task.ts";
import { findWords, createUsualTagger } from "./usual-tags.ts";

/** Shares of what is right. Tokens are those in words: of texts, letters. */
export interface TagScores {
  readonly tokens: number;
  /** Words with all of their tokens right. Where tokens are words, the same. */
  readonly words: number;
  readonly sentences: number;
  /** The mean over tags (or marks) of F1. */
  readonly macroF1: number;
}

export interface TagConfusion {
  /** The tag; of texts, the letter with its marks. */
  readonly truth: string;
  readonly predicted: string;
  readonly count: number;
}

/** With what they come to, by words. */
export interface TagEvaluation extends Judged<"usual"> {
  readonly kind: "tag-evaluation";
  /** What is told: tags of words, or marks of letters. */
  readonly of: "tags" | "marks";
  readonly sentences: number;
  readonly words: number;
  readonly tokens: number;
  readonly model: TagScores;
  /** Of the usual tags of each word. */
  readonly usual: TagScores;
  /** Tokens whose tag training never saw, which are mistakes whatever is told, and those tags. */
  readonly unknown: { readonly tokens: number; readonly tags: readonly string[] };
  /** What is most often taken for what, most frequent first. */
  readonly confusions: readonly TagConfusion[];
}

type Subject = { readonly model: Parameters<typeof chooseClasses>[0]["model"]; readonly task: TagTask };

/** Scores on sentences whose tags are known. Throws `data/too-few-rows` where there is no word. */
export function evaluateTags(
  { model, task }: Subject,
  sentences: readonly Pick<PreparedSentence, "tokens" | "tags" | "classes">[],
): TagEvaluation {
  const usualOf = createUsualTagger(task.usual, task.vocabulary.unit);
  const predicted = chooseClasses(
    { model, task },
    sentences.map(({ tokens }) => tokens),
  );
  const usual = sentences.map(({ tokens }) => usualOf(tokens));
  const counts = countWords(sentences, task);
  if (counts.words === 0)
    throw new RecurraError("data/too-few-rows", "The sentences have no word, so nothing can be measured on them.");
  const own = scoreTags(sentences, predicted, task);
  const theirs = scoreTags(sentences, usual, task);
  return {
    kind: "tag-evaluation",
    of: task.restore === undefined ? "tags" : "marks",
    sentences: sentences.length,
    ...counts,
    model: own,
    usual: theirs,
    unknown: findUnknown(sentences, task),
    confusions: findConfusions(sentences, predicted, task),
    ...judgeAll(own.words, [["usual", theirs.words]]),
  };
}

type Known = Pick<PreparedSentence, "tokens" | "classes" | "tags">;

function countWords(
  sentences: readonly Known[],
  { vocabulary }: TagTask,
): { readonly words: number; readonly tokens: number } {
  let [words, tokens] = [0, 0];
  for (const sentence of sentences)
    for (const { first, end } of findWords(sentence.tokens, vocabulary.unit)) {
      words++;
      tokens += end - first;
    }
  return { words, tokens };
}

function findUnknown(sentences: readonly Known[], { vocabulary }: TagTask): TagEvaluation["unknown"] {
  const tags = new Set<string>();
  let tokens = 0;
  for (const sentence of sentences)
    for (const { first, end } of findWords(sentence.tokens, vocabulary.unit))
      for (let token = first; token < end; token++) {
        if (known(sentence.classes[token], "a class") >= 0) continue;
        tokens++;
        tags.add(known(sentence.tags[token], "a tag"));
      }
  return { tokens, tags: [...tags].sort() };
}

/** Classes from 0; a tag that training does not know is one past them, and never told. */
function scoreTags(
  sentences: readonly Known[],
  predicted: readonly Int32Array[],
  { vocabulary, classes }: TagTask,
): TagScores {
  const size = classes.names.length;
  const truths: number[] = [];
  const answers: number[] = [];
  let [words, right, whole] = [0, 0, 0];
  sentences.forEach((sentence, at) => {
    const answer = known(predicted[at], "a sentence");
    let isWhole = true;
    for (const { first, end } of findWords(sentence.tokens, vocabulary.unit)) {
      let isRight = true;
      for (let token = first; token < end; token++) {
        const truth = known(sentence.classes[token], "a class");
        truths.push(truth < 0 ? size : truth);
        answers.push(known(answer[token], "a class"));
        if (truth !== answer[token]) isRight = false;
      }
      words++;
      if (isRight) right++;
      else isWhole = false;
    }
    if (isWhole) whole++;
  });
  return {
    tokens: accuracy(truths, answers),
    words: right / words,
    sentences: whole / sentences.length,
    macroF1: macroF1(truths, answers, size + 1),
  };
}

const mostConfusions = 10;

function findConfusions(
  sentences: readonly Known[],
  predicted: readonly Int32Array[],
  { vocabulary, classes, restore }: TagTask,
): readonly TagConfusion[] {
  const counts = new Map<string, { truth: string; predicted: string; count: number }>();
  const show = (token: string, tag: string): string =>
    restore === undefined ? tag : joinMarks({ letters: [token.toLowerCase()], marks: [tag] });
  sentences.forEach((sentence, at) => {
    for (const { first, end } of findWords(sentence.tokens, vocabulary.unit)) {
      for (let token = first; token < end; token++) {
        const answer = known(predicted[at]?.[token], "a class");
        if (answer === sentence.classes[token]) continue;
        const own = known(sentence.tokens[token], "a token");
        const truth = show(own, known(sentence.tags[token], "a tag"));
        const answered = show(own, known(classes.names[answer], "a tag"));
        const key = `${truth}\n${answered}`;
        const entry = counts.get(key) ?? { truth, predicted: answered, count: 0 };
        counts.set(key, { ...entry, count: entry.count + 1 });
      }
    }
  });
  return [...counts.values()]
    .sort((a, b) => b.count - a.count || (`${a.truth}${a.predicted}` < `${b.truth}${b.predicted}` ? -1 : 1))
    .slice(0, mostConfusions);
}

/**
 * Scores on data whose tags are known, all of them. Throws as `planTag` does for data of the other kind, `data/too-few-rows` (of
 * texts, also where no letter has a mark), and `data/unknown-label` where the model knows none of the tags.
 */
export function evaluateTagger(tagger: Tagger, data: TagData): TagEvaluation {
  const sentences = prepareFor(tagger.task, data);
  if (tagger.task.restore !== undefined && sentences.every(({ tags }) => tags.every((tag) => tag === noMark)))
    throw new RecurraError(
      "data/too-few-rows",
      `${data.source} has no letter with a mark, so it cannot be judged what the model restores; give text as it should be written.`,
    );
  const evaluation = evaluateTags(tagger, sentences);
  if (evaluation.unknown.tokens < evaluation.tokens) return evaluation;
  throw new RecurraError(
    "data/unknown-label",
    `${data.source}: none of its tags (${nameSome(evaluation.unknown.tags)}) is one that the model tells (${nameSome(tagger.task.classes.names)}); give sentences that are tagged, with the tags of training.`,
  );
}

const mostNamed = 8;

function nameSome(names: readonly string[]): string {
  return `${names.slice(0, mostNamed).join(", ")}${names.length > mostNamed ? ", …" : ""}`;
}
