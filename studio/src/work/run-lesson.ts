/** Runs a lesson from its plan to its conclusion, or to where it is stopped. */
import { checkpointParameters, train } from "recurra";
import type { Checkpoint, TrainingEvent } from "recurra";
import type { LearnEvent, LearnRequest } from "./learn.ts";
import type { Lesson, LessonSample } from "./lessons/lesson.ts";
import { describeLesson, planLesson } from "./lessons/plan-lesson.ts";

/** Seconds between two steps that are told: enough of them for a curve, and few enough for the page. */
const stepSeconds = 0.01;
/** The share of a run's time that may go into samples. */
const sampleShare = 0.15;

/** Throws the library's errors. A signal stops the run, which then tells how to go on. */
export async function* runLesson(
  { choice, resume: given }: LearnRequest,
  signal: AbortSignal,
): AsyncGenerator<LearnEvent, void, undefined> {
  const lesson = await planLesson(choice);
  const resume = given ?? lesson.resume;
  yield { kind: "planned", facts: describeLesson(lesson) };
  const begin = performance.now();
  const seconds = (): number => (performance.now() - begin) / 1000;
  const takeSample = createSampler(lesson, seconds);
  const options = { ...lesson.training, stepSeconds, checkpointEpochs: 1, resume };
  for await (const event of train(options, { signal })) {
    if (event.kind === "checkpoint") {
      const sample = takeSample(event.checkpoint);
      if (sample !== undefined) yield { kind: "sample", epoch: event.checkpoint.progress.epoch - 1, sample };
    } else {
      const told = await tell(event, lesson, seconds(), resume);
      if (told !== undefined) yield told;
    }
  }
}

async function tell(
  event: Exclude<TrainingEvent, { readonly kind: "checkpoint" }>,
  lesson: Lesson,
  seconds: number,
  resume: Checkpoint | undefined,
): Promise<LearnEvent | undefined> {
  switch (event.kind) {
    case "started": {
      const { backend, before, updatesPerEpoch, epochs, update } = event;
      const { history = [], best } = resume?.progress ?? {};
      return {
        kind: "started",
        backend,
        updatesPerEpoch,
        epochs,
        update,
        history,
        ...(before === undefined ? {} : { before }),
        ...(best === undefined ? {} : { best: best.epoch }),
      };
    }
    case "step": {
      const { update, updates, loss, norm, rate } = event;
      return { kind: "step", update, updates, loss, norm, rate, seconds };
    }
    case "epoch": {
      const { kind, epochs: _all, best, ...record } = event;
      return { kind, record, isBest: best };
    }
    case "stopped": {
      const { checkpoint } = event;
      return { kind: "paused", checkpoint, ...(lesson.keep === undefined ? {} : { file: lesson.keep(checkpoint) }) };
    }
    case "finished":
      return {
        kind: "finished",
        because: event.because,
        kept: event.best.epoch,
        conclusion: await lesson.conclude(event),
      };
  }
}

/** Samples of what the network says, as often as there is time for. */
function createSampler(
  { sample, training }: Lesson,
  seconds: () => number,
): (checkpoint: Checkpoint) => LessonSample | undefined {
  let spent = 0;
  return (checkpoint) => {
    const start = seconds();
    if (sample === undefined || spent > sampleShare * start) return undefined;
    const taken = sample(checkpointParameters({ training }, checkpoint, "last"));
    spent += seconds() - start;
    return taken;
  };
}
