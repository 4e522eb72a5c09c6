/** The words of the room of applications. */
import { pickWords } from "../../words/index.ts";
import { applications as en } from "../../words/en/applications.ts";
import type { ApplicationsWords } from "../../words/en/applications.ts";
import { applications as vi } from "../../words/vi/applications.ts";

export function useApplicationsWords(): ApplicationsWords {
  return pickWords({ en, vi });
}
