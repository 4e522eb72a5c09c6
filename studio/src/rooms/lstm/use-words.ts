/** The words of the room inside the LSTM. */
import { pickWords } from "../../words/index.ts";
import { lstm as en } from "../../words/en/lstm.ts";
import type { LstmWords } from "../../words/en/lstm.ts";
import { lstm as vi } from "../../words/vi/lstm.ts";

export function useLstmWords(): LstmWords {
  return pickWords({ en, vi });
}
