/** Looks into a model away from the page. */
import { createModelAnswers } from "./model/answer-model.ts";
import type { ModelAnswer, ModelQuestion } from "./model/model.ts";
import { serveAnswers } from "./serve-answers.ts";

serveAnswers<ModelQuestion, ModelAnswer>(createModelAnswers());
