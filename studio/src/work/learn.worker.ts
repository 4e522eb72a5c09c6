/** Trains what is chosen in the workbench, away from the page. */
import type { LearnEvent, LearnRequest } from "./learn.ts";
import { runLesson } from "./run-lesson.ts";
import { serveWork } from "./serve-work.ts";

serveWork<LearnRequest, LearnEvent>(runLesson);
