/** Scheduled sampling: part of what a decoder is given is what it would have said itself. */
import { at } from "../lower/index.ts";
import type { BufferId, Location, ProgramBuilder, Statement, View } from "../lower/index.ts";

export interface LowerGuessesOptions {
  readonly builder: ProgramBuilder;
  /** Prefix of names. */
  readonly name: string;
  readonly steps: number;
  readonly batch: number;
  /** Logits `[steps, batch, tokens]` that the network gave for the true tokens. */
  readonly logits: Location;
  /** The true tokens `[steps, batch]`, dense. */
  readonly tokens: Location;
  /** One word each: the share of tokens that are replaced, and what the choice follows from. */
  readonly share: BufferId;
  readonly seed: BufferId;
}

/** Far from the salts of layers. */
const salt = 900_001;

/**
 * Step t + 1 is given, with the probability `share`, the likeliest token after the true ones up to step t instead of the true one (Bengio et al. 2015, in the two passes of
 * Mihaylova and Martins 2019):
 *
 *     guess_t = argmax logits_t        mixed_0 = tokens_0        mixed_t+1 = guess_t where a random number is below share, else tokens_t+1
 */
export function lowerGuesses(options: LowerGuessesOptions): {
  readonly statements: readonly Statement[];
  /** `[steps, batch]` */
  readonly mixed: Location;
} {
  const { builder, name, steps, batch, logits, tokens, share, seed } = options;
  const buffer = builder.buffer({
    name: `${name}.mixed`,
    length: steps * batch,
    role: "scratch",
    shape: [steps, batch],
  });
  const rowsFrom = (place: BufferId, offset: number): View => ({
    buffer: place,
    offset: at(offset),
    rowStride: 1,
    columnStride: 0,
  });
  const word = (place: BufferId): View => ({ buffer: place, offset: at(0), rowStride: 0, columnStride: 0 });
  const first = builder.map(`${name}.first`, { rows: batch, columns: 1 }, (map) =>
    map.store(rowsFrom(buffer, 0), map.load(rowsFrom(tokens.buffer, tokens.offset))),
  );
  const mixed: Location = { ...tokens, buffer, offset: 0 };
  if (steps === 1) return { statements: [first], mixed };
  const rows = (steps - 1) * batch;
  const guess = builder.map(`${name}.guess`, { rows, columns: logits.columns }, (map) => {
    const value = map.load({
      buffer: logits.buffer,
      offset: at(logits.offset),
      rowStride: logits.rowStride,
      columnStride: 1,
    });
    const isLargest = map.apply("equal", value, map.reduce("max", value));
    // The first of the largest; a token even where the logits are no numbers, so that nothing past the table is read.
    const place = map.apply(
      "select",
      isLargest,
      map.apply("negate", map.columnIndex()),
      map.constant(1 - logits.columns),
    );
    map.store(rowsFrom(buffer, batch), map.apply("negate", map.reduce("max", place)));
  });
  const choose = builder.map(`${name}.choose`, { rows, columns: 1 }, (map) => {
    const drawn = map.random({ seed: word(seed), salt, counter: at(0) });
    const isGuess = map.apply("less", drawn, map.load(word(share)));
    const own = map.load(rowsFrom(buffer, batch));
    map.store(
      rowsFrom(buffer, batch),
      map.apply("select", isGuess, own, map.load(rowsFrom(tokens.buffer, tokens.offset + batch))),
    );
  });
  return { statements: [first, guess, choose], mixed };
}
