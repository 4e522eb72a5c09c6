/** The network of a translator: a bidirectional encoder, and a decoder that attends to it. */
import { network } from "../../network/index.ts";
import type { NetworkSpec } from "../../network/index.ts";
import { RecurraError } from "../../util/errors.ts";
import { chooseCell, chooseEmbedding, chooseHidden, halfOf } from "../learning.ts";
import type { LearningOptions } from "../learning.ts";

/** How the decoder looks at the source: Luong et al. 2015 after its cell, Bahdanau et al. 2015 within it, or not at all. */
export const attentionNames = ["general", "dot", "concat", "bahdanau", "none"] as const;
export type AttentionName = (typeof attentionNames)[number];

export interface TranslateNetworkOptions extends Pick<
  LearningOptions,
  "cell" | "hidden" | "layers" | "dropout" | "scheme"
> {
  readonly attention?: AttentionName | undefined;
  /** Numbers that stand for a token: 128 */
  readonly embedding?: number | undefined;
  /** The head's weights are the target's embeddings, which then are as wide as the decoder; one of the two sizes is enough: false */
  readonly tie?: boolean | undefined;
}

export const networkDefaults = {
  hidden: 256,
  layers: 1,
  embedding: 128,
  dropout: 0.4,
  attention: "general",
  scheme: "torch",
} as const;

/**
 * Tokens to their embeddings, cells in both directions of half the decoder's size, whose final states side by side are what the decoder's cells start
 * from. Throws `network/…`.
 */
export function buildTranslateNetwork(
  options: TranslateNetworkOptions,
  sizes: { readonly source: number; readonly target: number },
): NetworkSpec {
  const { layers, dropout, attention, scheme, tie = false } = { ...networkDefaults, ...withoutUndefined(options) };
  const hidden = chooseHidden(options, networkDefaults.hidden);
  const embedding = chooseEmbedding(options, { hidden, otherwise: networkDefaults.embedding });
  // First values of norm 1 and weights as PyTorch's: with larger ones the network learns its training pairs by heart (docs/decisions.md).
  const deviation = 1 / Math.sqrt(embedding);
  const half = halfOf(hidden, "a translator");
  const own = options.cell ?? "lstm";
  const isInLoop = attention === "bahdanau";
  const looksItself = own === "lstm" || own === "gru";
  if (isInLoop && !looksItself)
    throw new RecurraError(
      "network/bad-layer",
      "Bahdanau's attention stands within the decoder's cell, and is there for lstm and gru; choose one of them, or another attention.",
    );
  const cell = chooseCell(own);
  let encoder = network({ tokens: sizes.source }).embedding(embedding, { deviation }).dropout(dropout);
  for (let layer = 0; layer < layers; layer++)
    encoder = encoder
      .recurrent(cell, { size: half, direction: "both", scheme })
      .dropout(layer + 1 < layers ? dropout : 0);
  let decoder = network({ tokens: sizes.target, encoder: encoder.build() })
    .embedding(embedding, { deviation })
    .dropout(dropout);
  const looking = isInLoop && looksItself ? chooseCell(`${own}-attention`) : cell;
  for (let layer = 0; layer < layers; layer++)
    decoder = decoder
      .recurrent(layer + 1 === layers ? looking : cell, { size: hidden, initialState: "encoder", scheme })
      .dropout(layer + 1 < layers ? dropout : 0);
  if (attention !== "none" && !isInLoop)
    decoder = decoder.recurrent(chooseCell(`attention-${attention}`), { size: hidden, scheme });
  return decoder
    .dropout(dropout)
    .dense(sizes.target, tie ? { scheme, ties: { W: "0.E" } } : { scheme })
    .build();
}

function withoutUndefined<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
