/** Running a task's training to its end, and making a model of what it learned. */
import { createModel } from "../network/index.ts";
import type { Model, ParameterValues } from "../network/index.ts";
import type { FinishedEvent, TrainingControl, TrainingEvent, TrainingOptions } from "../training/index.ts";
import { known } from "../util/errors.ts";

/** Who is told what happens, and what stops the run. */
export interface TaskControl extends TrainingControl {
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
}

/** The last event of a run. */
export async function runToEnd(events: AsyncIterable<TrainingEvent>, { onEvent }: TaskControl): Promise<TrainingEvent> {
  let last: TrainingEvent | undefined;
  for await (const event of events) {
    onEvent?.(event);
    last = event;
  }
  return known(last, "a last event");
}

/** What of a training its model needs. */
type Trained = Pick<TrainingOptions, "network" | "backend" | "threads">;

/** The model that a finished run has trained, on the backend it was trained on. */
export function trainedModel(training: Trained, { parameters }: Pick<FinishedEvent, "parameters">): Model {
  const { network, backend, threads } = training;
  return createModel({ spec: network, parameters, ...(backend === undefined ? {} : { backend }), threads });
}

/** What is made of the model that training has come to so far, which is given back. */
export function withTrainedModel<R>(training: Trained, parameters: ParameterValues, use: (model: Model) => R): R {
  const model = trainedModel(training, { parameters });
  try {
    return use(model);
  } finally {
    model.dispose();
  }
}
