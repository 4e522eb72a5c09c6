/** How a training is going: a bar on a terminal, else a line now and then. */
import { SingleBar } from "cli-progress";
import { printQuantity } from "../node.ts";
import type { EpochEvent, StartedEvent, StepEvent, TrainingEvent } from "../node.ts";
import type { Terminal } from "./terminal.ts";

export interface Progress {
  show(event: TrainingEvent): void;
  /** The task's own metric after the next epoch shown; nothing where it was not measured. It is told until there is another, with its epoch. */
  measure(metric: string | undefined): void;
  /** Takes the bar off. */
  end(): void;
}

/** The bar where there is a terminal to draw it on, else plain lines. */
export function createProgress(terminal: Terminal): Progress {
  return terminal.screen === undefined ? createLines(terminal) : createBar(terminal.screen);
}

/** What is shown of a run. Losses are in scaled units. */
interface State {
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly validation?: number | undefined;
  readonly metric?: string | undefined;
}

function describe({ epoch, epochs, loss, validation, metric }: State): string {
  const watched = validation === undefined ? "" : `  validation ${printLoss(validation)}`;
  return `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}  loss ${printLoss(loss)}${watched}${metric === undefined ? "" : `  ${metric}`}`;
}

function printLoss(loss: number): string {
  return loss.toPrecision(4);
}

function printRate(rate: number): string {
  return `rate ${rate.toExponential(1)}`;
}

/** The last metric there is, with the epoch that it is of where that is not the one it is told with. */
class Metric {
  #said: string | undefined;
  #epoch: number | undefined;

  take(said: string | undefined): void {
    if (said !== undefined) [this.#said, this.#epoch] = [said, undefined];
  }

  /** To be asked at every epoch: one that was taken is of the next. */
  tell(epoch: number): string | undefined {
    if (this.#said === undefined) return undefined;
    this.#epoch ??= epoch;
    return this.#epoch === epoch ? this.#said : `${this.#said} (epoch ${this.#epoch})`;
  }
}

/** Milliseconds from one line to the next, at least: a log is read later, by people. */
const lineMilliseconds = 2000;

function createLines(terminal: Terminal): Progress {
  const clock = createClock();
  let before = -Infinity;
  const measured = new Metric();
  return {
    measure: (said) => measured.take(said),
    show: (event) => {
      clock.follow(event);
      if (event.kind !== "epoch") return;
      const metric = measured.tell(event.epoch);
      const isDue = performance.now() - before >= lineMilliseconds || event.epoch === event.epochs;
      if (!isDue) return;
      before = performance.now();
      const time = event.epoch === event.epochs ? undefined : clock.left();
      const left = time === undefined ? "" : `  ${time} left`;
      terminal.say(`${describe({ ...event, metric })}  ${printRate(event.rate)}${left}`);
    },
    end: () => undefined,
  };
}

/** What stands beside the bar takes some 70 columns; the rate comes last, so that it is what a narrow terminal cuts off. */
const textColumns = 86;

function createBar(screen: NodeJS.WriteStream): Progress {
  const clock = createClock();
  const bar = new SingleBar({
    stream: screen,
    format: "{bar} {percentage} %  {text}  {left} left  {rate}",
    barsize: Math.max(8, Math.min(24, screen.columns - textColumns)),
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    clearOnComplete: true,
    fps: 10,
    // The run has its own answer to Ctrl-C.
    gracefulExit: false,
    linewrap: false,
  });
  let last: EpochEvent | undefined;
  const measured = new Metric();
  let metric: string | undefined;
  return {
    measure: (said) => measured.take(said),
    show: (event) => {
      clock.follow(event);
      if (event.kind === "started")
        bar.start(event.epochs * event.updatesPerEpoch, event.update, { text: "starting", left: "…", rate: "" });
      if (event.kind === "epoch") {
        last = event;
        metric = measured.tell(event.epoch);
      }
      if (event.kind !== "step") return;
      const { epoch, update, rate } = event;
      // Means of the last epoch are steadier than the loss of a batch; before there is one, that has to do.
      const text = describe({
        epoch,
        epochs: clock.epochs(),
        loss: last?.loss ?? event.loss,
        validation: last?.validation,
        metric,
      });
      bar.update(update, { text, left: clock.left() ?? "…", rate: printRate(rate) });
    },
    end: () => bar.stop(),
  };
}

interface Clock {
  follow(event: TrainingEvent): void;
  epochs(): number;
  /** How long the run will take yet, if it is not ended early; nothing before the second epoch. */
  left(): string | undefined;
}

/** A time and the updates done by then. */
interface Mark {
  readonly time: number;
  readonly update: number;
}

/** Time by updates: those of this run past its first epoch, which has to prepare what the others need as well. */
function createClock(): Clock {
  let started: StartedEvent | undefined;
  let begun: Mark | undefined;
  let update = 0;
  const advance = (event: StepEvent | EpochEvent): void => {
    update = event.kind === "step" ? event.update : event.epoch * (started?.updatesPerEpoch ?? 0);
    if (event.kind === "epoch") begun ??= { time: performance.now(), update };
  };
  return {
    follow: (event) => {
      if (event.kind === "started") [started, begun] = [event, undefined];
      if (event.kind === "step" || event.kind === "epoch") advance(event);
    },
    epochs: () => started?.epochs ?? 0,
    left: () => {
      if (started === undefined || begun === undefined || update <= begun.update) return undefined;
      const total = started.epochs * started.updatesPerEpoch;
      const perUpdate = (performance.now() - begun.time) / (update - begun.update);
      return printQuantity(Math.max(1000, Math.round(((total - update) * perUpdate) / 1000) * 1000), "ms");
    },
  };
}
