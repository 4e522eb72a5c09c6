/** Text whose words are coloured by what they do, for terminals that have colours. */
import { makePlain } from "./terminal.ts";

/** A stretch of text; what has an effect is coloured. */
export interface PaintedPiece {
  readonly text: string;
  readonly effect?: number;
}

/** Grounds of the 256-colour palette from faint to strong, with dark letters on them. */
const greens = [194, 157, 120, 83] as const;
const reds = [224, 217, 210, 203] as const;

/** ANSI: green for what raises, red for what lowers, the stronger the more; what is below an eighth of the strongest stays plain. */
export function paintText(pieces: readonly PaintedPiece[]): string {
  const strongest = pieces.reduce((most, { effect = 0 }) => Math.max(most, Math.abs(effect)), 0);
  return pieces
    .map(({ text, effect = 0 }) => {
      const plain = makePlain(text);
      const strength = strongest === 0 ? 0 : Math.abs(effect) / strongest;
      if (strength < 1 / 8) return plain;
      const colours = effect > 0 ? greens : reds;
      const colour = colours[Math.min(colours.length - 1, Math.floor(strength * colours.length))] ?? colours[0];
      return `\u001b[30;48;5;${colour}m${plain}\u001b[0m`;
    })
    .join("");
}
