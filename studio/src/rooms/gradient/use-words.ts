/** The words of the room of the vanishing gradient. */
import { pickWords } from "../../words/index.ts";
import { gradient as en } from "../../words/en/gradient.ts";
import type { GradientWords } from "../../words/en/gradient.ts";
import { gradient as vi } from "../../words/vi/gradient.ts";

export function useGradientWords(): GradientWords {
  return pickWords({ en, vi });
}
