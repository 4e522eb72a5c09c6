/** The words of the room of variants. */
import { pickWords } from "../../words/index.ts";
import { variants as en } from "../../words/en/variants.ts";
import type { VariantsWords } from "../../words/en/variants.ts";
import { variants as vi } from "../../words/vi/variants.ts";

export function useVariantsWords(): VariantsWords {
  return pickWords({ en, vi });
}
