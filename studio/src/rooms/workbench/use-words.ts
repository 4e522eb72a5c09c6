/** The words of the workbench. */
import { pickWords } from "../../words/index.ts";
import { workbench as en } from "../../words/en/workbench.ts";
import type { WorkbenchWords } from "../../words/en/workbench.ts";
import { workbench as vi } from "../../words/vi/workbench.ts";

export function useWorkbenchWords(): WorkbenchWords {
  return pickWords({ en, vi });
}
