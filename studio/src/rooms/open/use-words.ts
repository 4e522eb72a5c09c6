/** The words of the room in which a model is opened. */
import { pickWords } from "../../words/index.ts";
import { open as en } from "../../words/en/open.ts";
import type { OpenWords } from "../../words/en/open.ts";
import { open as vi } from "../../words/vi/open.ts";

export function useOpenWords(): OpenWords {
  return pickWords({ en, vi });
}
