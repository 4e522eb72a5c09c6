/** The autoregressive roll-out of a network that forecasts one step: its own forecasts are its next inputs, on one path for each window, or many that are drawn. */
import { assembleWindows, narrowWindows, scaleValue, unscaleValue } from "../../data/index.ts";
import type { Numbers, Windows } from "../../data/index.ts";
import { fromTargetForm } from "../../data/target-forms.ts";
import type { Model, Session } from "../../network/index.ts";
import { known } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";
import type { Random } from "../../util/random.ts";
import { drawValues } from "./spread.ts";
import type { SpreadForm } from "./spread.ts";

/** Paths that are drawn from what the network says at each step. */
export interface Drawing {
  readonly form: SpreadForm;
  /** Paths for each window. */
  readonly count: number;
  /** A whole number that all draws follow from; a path is the same whatever the number of others. */
  readonly seed: number;
}

export interface RollOut {
  readonly model: Pick<Model, "session">;
  /** What is to be forecast: all steps up to the horizon. */
  readonly windows: Windows;
  readonly indices: Int32Array;
  /** Without it the one value that the network says is gone on from. */
  readonly drawing?: Drawing | undefined;
}

/** Numbers of a batch's inputs, and streams that step together: enough to keep the kernels busy, some megabytes. */
const mostInputs = 1_000_000;
const mostStreams = 1024;

/**
 * Forecasts `[B, paths, O]` in the table's units. A window is read once; its state is then handed to as many streams as it has paths, and each is given its own
 * forecast, with what is known in advance, as the next step. So a path is what the network says of the window with the path's own values behind it.
 */
export function rollOut({ model, windows, indices, drawing }: RollOut): Float64Array {
  const seen = narrowWindows(windows);
  const paths = drawing?.count ?? 1;
  const inputs = seen.spec.window * seen.inputNames.length;
  const most = Math.min(indices.length, Math.floor(mostInputs / inputs), Math.floor(mostStreams / paths));
  const members = Math.max(1, most);
  const result = new Float64Array(indices.length * paths * windows.outputNames.length);
  const past = model.session({ batch: members });
  const ahead = paths === 1 ? past : model.session({ batch: members * paths });
  const root = createRandom(drawing?.seed ?? 0);
  try {
    for (let first = 0; first < indices.length; first += members) {
      // The last batch is filled up with its last window, whose copies are thrown away: sessions have one size.
      const chunk = Int32Array.from({ length: members }, (_, at) => Math.min(first + at, indices.length - 1)).map(
        (at) => indices[at] ?? 0,
      );
      const draw = drawing === undefined ? undefined : createDraw(drawing, root, members, windows.targets.length);
      const values = rollOutBatch({ seen, steps: windows.stepsAhead.length, chunk, paths, past, ahead, draw });
      const used = Math.min(members, indices.length - first) * paths * windows.outputNames.length;
      result.set(values.subarray(0, used), first * paths * windows.outputNames.length);
    }
  } finally {
    past.dispose();
    if (ahead !== past) ahead.dispose();
  }
  return result;
}

type Draw = (predicted: Numbers) => Float64Array;

/** Each path of each window has a generator of its own. */
function createDraw({ form, count }: Drawing, root: Random, members: number, outputs: number): Draw {
  const randoms = Array.from({ length: members }, () => root.fork()).flatMap((random) =>
    Array.from({ length: count }, () => random.fork()),
  );
  return (predicted) => drawValues(predicted, form, { outputs, randoms });
}

interface Batch {
  readonly seen: Windows;
  readonly steps: number;
  /** Numbers of windows. */
  readonly chunk: Int32Array;
  readonly paths: number;
  /** A stream for each window. */
  readonly past: Session;
  /** A stream for each path. */
  readonly ahead: Session;
  readonly draw: Draw | undefined;
}

/** The forecasts `[windows, paths, steps · targets]` of one batch. */
function rollOutBatch(batch: Batch): Float64Array {
  const { seen, steps, chunk, paths, ahead, draw } = batch;
  const { targets, spec } = seen;
  const count = targets.length;
  const streams = chunk.length * paths;
  const ends = Int32Array.from({ length: streams }, (_, stream) =>
    known(seen.ends[chunk[Math.floor(stream / paths)] ?? -1], "a window"),
  );
  const result = new Float64Array(streams * steps * count);
  const inputs = new Float32Array(streams * seen.inputNames.length);
  let before = Float64Array.from(
    { length: streams * count },
    (_, at) => targets[at % count]?.values[ends[Math.floor(at / count)] ?? -1] ?? NaN,
  );
  let predicted = readPast(batch);
  for (let step = 1; step <= steps; step++) {
    const own = draw === undefined ? Float64Array.from(predicted) : draw(predicted);
    const last = before;
    const values = own.map((value, at) =>
      fromTargetForm(spec.form, unscaleValue(known(targets[at % count], "a target").scaler, value), last[at] ?? NaN),
    );
    for (let stream = 0; stream < streams; stream++)
      result.set(values.subarray(stream * count, (stream + 1) * count), (stream * steps + step - 1) * count);
    if (step === steps) break;
    writeInputs(seen, { ends, step, values, before }, inputs);
    predicted = ahead.step(inputs);
    before = values;
  }
  return result;
}

/** Reads the windows and hands the states on; what is said after their last step, `[streams, outputs]`. */
function readPast({ seen, chunk, paths, past, ahead }: Batch): Numbers {
  const { window } = seen.spec;
  const size = chunk.length * seen.inputNames.length;
  const inputs = new Float32Array(window * size);
  assembleWindows(seen, chunk, inputs);
  past.reset();
  let predicted = past.step(inputs.subarray(0, size));
  for (let step = 1; step < window; step++) predicted = past.step(inputs.subarray(step * size, (step + 1) * size));
  if (ahead === past) return predicted;
  const outputs = predicted.length / chunk.length;
  const result = new Float64Array(chunk.length * paths * outputs);
  for (let member = 0; member < chunk.length; member++) {
    const state = past.snapshot(member);
    for (let path = 0; path < paths; path++) {
      ahead.restore(state, member * paths + path);
      result.set(predicted.subarray(member * outputs, (member + 1) * outputs), (member * paths + path) * outputs);
    }
  }
  return result;
}

interface ForecastStep {
  /** Positions of the windows' last rows, a stream each. */
  readonly ends: Int32Array;
  /** Steps ahead of them that the inputs are of. */
  readonly step: number;
  /** `[streams, targets]` in the table's units, at this step and at the one before. */
  readonly values: Float64Array;
  readonly before: Float64Array;
}

/** Inputs `[streams, I]` of a step that was forecast: its targets, what is known of its row, and what is known of the row after. */
function writeInputs(
  { targets, present, spec, inputNames, knownAhead }: Windows,
  given: ForecastStep,
  inputs: Float32Array,
): void {
  const { ends, step, values, before } = given;
  const count = targets.length;
  const ahead = spec.known.length;
  const width = inputNames.length - knownAhead.length * ahead;
  let at = 0;
  for (let stream = 0; stream < ends.length; stream++) {
    for (let target = 0; target < count; target++) {
      const value = values[stream * count + target] ?? NaN;
      const seen = spec.form === "difference" ? value - (before[stream * count + target] ?? NaN) : value;
      inputs[at++] = scaleValue(known(targets[target], "a target").inputScaler, seen);
    }
    for (let row = step; row <= step + knownAhead.length; row++) {
      const first = ((ends[stream] ?? 0) + row + 1) * width - ahead;
      for (let column = 0; column < ahead; column++) inputs[at++] = present[first + column] ?? NaN;
    }
  }
}
