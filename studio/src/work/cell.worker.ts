/** Looks at equations away from the page. */
import type { CellAnswer, CellQuestion } from "./cell.ts";
import { lookAtCell } from "./look-at-cell.ts";
import { serveAnswers } from "./serve-answers.ts";

serveAnswers<CellQuestion, CellAnswer>(lookAtCell);
