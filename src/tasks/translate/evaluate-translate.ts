/** How good translations are, beside the simplest that could be done. */
import { corpusBleu, exactMatch, joinTokens, splitTokens, tokenErrorRate } from "../../data/index.ts";
import type { Vocabulary } from "../../data/index.ts";
import { composeText } from "../../data/vocabulary.ts";
import { known, RecurraError } from "../../util/errors.ts";
import { judgeAll } from "../judge.ts";
import type { Judged } from "../judge.ts";
import type { TranslateBaselines } from "./baselines.ts";
import type { Example } from "./plan-translate.ts";
import { translateTexts } from "./translator.ts";
import type { TranslateTextsOptions, Translation, Translator } from "./translator.ts";

export interface TranslateScores {
  /** By the definition of sacreBLEU, 0 to 100; of words, in small letters where the target's vocabulary has only those. */
  readonly bleu: number;
  /** Share of answers that are one of the references, as the target's vocabulary writes them. */
  readonly exact: number;
  /** Edits over tokens of the reference that needs fewest. */
  readonly errorRate: number;
}

/** With what they come to beside baselines, where there are any: of words by BLEU, else by the error rate. */
export interface TranslateEvaluation extends Partial<Judged<string>> {
  readonly kind: "translate-evaluation";
  /** Different sources. */
  readonly count: number;
  readonly unit: Vocabulary["unit"];
  readonly model: TranslateScores;
  /** By name; none where nothing is known of the training pairs. */
  readonly baselines: Readonly<Record<string, TranslateScores>>;
  /** Some of the answers. */
  readonly samples: readonly (Translation & { readonly references: readonly string[] })[];
}

const shown = 12;

/** Scores on examples that were kept apart, one or more. Throws `data/too-few-rows` where there is none. */
export function evaluateTranslator(
  translator: Translator,
  examples: readonly Example[],
  options: TranslateTextsOptions & { readonly baselines?: TranslateBaselines | undefined } = {},
): TranslateEvaluation {
  if (examples.length === 0)
    throw new RecurraError("data/too-few-rows", "There is no text to translate and measure; give at least one pair.");
  const { target } = translator.task.vocabularies;
  const sources = examples.map(({ source }) => source);
  const references = examples.map((example) => example.references);
  const answers = translateTexts(translator, sources, options);
  const score = (texts: readonly string[]): TranslateScores => scoreTexts(references, texts, target);
  const model = score(answers.map(({ text }) => text));
  const simple = scoreBaselines(sources, options.baselines, score);
  const ranked = Object.entries(simple).map(([name, scores]) => [name, rank(scores, target.unit)] as const);
  const stride = Math.max(1, Math.floor(examples.length / shown));
  return {
    kind: "translate-evaluation",
    count: examples.length,
    unit: target.unit,
    model,
    baselines: simple,
    ...(ranked.length === 0 ? {} : judgeAll(rank(model, target.unit), ranked)),
    samples: answers
      .map((answer, at) => ({ ...answer, references: known(references[at], "references") }))
      .filter((_, at) => at % stride === 0)
      .slice(0, shown),
  };
}

function scoreBaselines(
  sources: readonly string[],
  baselines: TranslateBaselines | undefined,
  score: (texts: readonly string[]) => TranslateScores,
): TranslateEvaluation["baselines"] {
  if (baselines === undefined) return {};
  return { "word for word": score(sources.map(baselines.wordForWord)), nearest: score(sources.map(baselines.nearest)) };
}

/** What answers are compared by, more being better: words by BLEU, others by how few are wrong. */
function rank({ bleu, errorRate }: TranslateScores, unit: Vocabulary["unit"]): number {
  return unit === "word" ? bleu : -errorRate;
}

function scoreTexts(
  references: readonly (readonly string[])[],
  texts: readonly string[],
  vocabulary: Vocabulary,
): TranslateScores {
  const split = (text: string): readonly string[] => splitTokens(text, vocabulary);
  const cased = (text: string): string => composeText(text, vocabulary.lowercase);
  const plain = (text: string): string => joinTokens(vocabulary, split(text));
  return {
    bleu: corpusBleu(
      references.map((own) => own.map(cased)),
      texts.map(cased),
    ).score,
    exact: exactMatch(
      references.map((own) => own.map(plain)),
      texts.map(plain),
    ),
    errorRate: tokenErrorRate(
      references.map((own) => own.map(split)),
      texts.map(split),
    ),
  };
}
