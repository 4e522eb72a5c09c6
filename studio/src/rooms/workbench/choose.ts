/** From what is shown to what is learned: which task fits a file, which columns are meant, and the whole choice. */
import type { CellName, CellSpec } from "recurra";
import type { DataFile, LearningChoice, LessonTask, NewChoice, Notation } from "../../work/lessons/lesson.ts";
import type { DataFacts } from "../../work/preview.ts";
import { fitSteps, moreOptionsOf, settleLearning } from "./state.ts";
import type { TaskName, WorkbenchState } from "./state.ts";

/** A task that the file can be learned for: the one that is chosen where it can, else the likeliest. */
export function chooseTask(task: TaskName, facts: DataFacts): TaskName {
  if (facts.kind === "text") return task === "generate" || task === "marks" ? task : "generate";
  const kinds = new Set(facts.columns.map(({ looksLike }) => looksLike));
  const hasNumber = kinds.has("number");
  const hasText = kinds.has("text");
  if (task === "texts" && hasText && facts.columns.length > 1) return "texts";
  if (task === "forecast" && hasNumber) return "forecast";
  return hasNumber && !(hasText && !kinds.has("date")) ? "forecast" : "texts";
}

/** What is said of how a table is written. */
export function notationOf({ decimal, dateOrder }: Pick<WorkbenchState, "decimal" | "dateOrder">): Notation {
  return { ...(decimal === "" ? {} : { decimal }), ...(dateOrder === "" ? {} : { dateOrder }) };
}

export interface ColumnChoice {
  readonly target: string;
  /** Of texts. */
  readonly text: string;
}

/** The columns of the link where the file has them, else those that are likely meant. */
export function chooseColumns(
  { task, target, text }: Pick<WorkbenchState, "task" | "target" | "text">,
  facts: DataFacts,
): ColumnChoice {
  if (facts.kind === "text") return { target: "", text: "" };
  const has = (name: string): boolean => facts.columns.some((column) => column.name === name);
  if (task === "forecast") {
    const numbers = facts.columns.filter(({ looksLike }) => looksLike === "number");
    return { target: has(target) ? target : (numbers.at(-1)?.name ?? facts.columns.at(-1)?.name ?? ""), text: "" };
  }
  const length = (first: readonly string[]): number => first.reduce((sum, value) => sum + value.length, 0);
  const longest = facts.columns.reduce<(typeof facts.columns)[number] | undefined>(
    (best, column) => (best === undefined || length(column.first) > length(best.first) ? column : best),
    undefined,
  );
  const chosen = has(text) ? text : (longest?.name ?? "");
  const others = facts.columns.filter(({ name }) => name !== chosen);
  const isOther = has(target) && target !== chosen;
  return { text: chosen, target: isOther ? target : (others.at(-1)?.name ?? "") };
}

interface Chosen {
  readonly data: DataFile | undefined;
  readonly facts: DataFacts | undefined;
  /** Undefined while the equations are wrong. */
  readonly cell: CellName | CellSpec | undefined;
}

/** All that a run is asked; undefined where something of it is not there. */
export function choose(state: WorkbenchState, { data, facts, cell }: Chosen): NewChoice | undefined {
  if (cell === undefined) return undefined;
  const task = chooseLesson(state, { data, facts });
  const { layers, seed } = state;
  if (task === undefined) return undefined;
  return { task, learning: { cell, layers, seed, ...settleLearning(state), ...chooseMore(state) } };
}

type MoreLearning = Pick<LearningChoice, "optimiser" | "batch" | "clip" | "dropout" | "steps">;

/** Options that were chosen, of those that the task has. */
function chooseMore({ task, optimiser, batch, clip, dropout, truncate }: WorkbenchState): MoreLearning {
  return {
    ...(optimiser === "" ? {} : { optimiser }),
    ...(batch === "" ? {} : { batch: Number(batch) }),
    ...(clip === "" ? {} : { clip: clip === "none" ? clip : Number(clip) }),
    ...(dropout === "" ? {} : { dropout: Number(dropout) }),
    ...(truncate === "" || !moreOptionsOf(task).includes("truncate") ? {} : { steps: Number(truncate) }),
  };
}

function chooseLesson(state: WorkbenchState, { data, facts }: Omit<Chosen, "cell">): LessonTask | undefined {
  const { task, horizon, unit, memory, steps, missing } = state;
  if (task === "memory") return { kind: "memory", task: memory, steps: fitSteps(memory, steps) };
  if (data === undefined || facts === undefined) return undefined;
  if (task === "generate" || task === "marks") return { kind: task, data };
  const { target, text } = chooseColumns(state, facts);
  if (target === "") return undefined;
  const rule = missing === "" ? {} : { missing };
  if (task === "forecast") return { kind: "forecast", data, target, horizon, ...rule };
  return text === "" ? undefined : { kind: "texts", data, text, target, unit, ...rule };
}
