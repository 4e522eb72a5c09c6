/** A demonstration model, away from the page. */
import { createDemo } from "./answer-demo.ts";
import { serveAnswers } from "./serve-answers.ts";

serveAnswers(createDemo());
