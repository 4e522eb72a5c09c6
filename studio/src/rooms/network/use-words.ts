/** The words of the room. */
import { pickWords } from "../../words/index.ts";
import { network as en } from "../../words/en/network.ts";
import type { NetworkWords } from "../../words/en/network.ts";
import { network as vi } from "../../words/vi/network.ts";

export function useNetworkWords(): NetworkWords {
  return pickWords({ en, vi });
}
