/** The options of `recurra train` that every task has, and what they mean. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { adviseCell, cell, cellNames, RecurraError } from "../node.ts";
import type { LearningOptions, Schedule } from "../node.ts";

/** What every task is given; each has flags of its own beside. */
export interface TrainFlags {
  readonly task?: string;
  readonly out?: string;
  readonly report?: boolean;
  readonly resume?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** Of tasks that draw one. */
  readonly chart?: string;
  readonly cell?: string;
  readonly hidden?: number;
  readonly layers?: number;
  readonly dropout?: number;
  readonly bidirectional?: boolean;
  readonly readout?: "ridge";
  readonly fast?: boolean;
  readonly rate?: number;
  readonly schedule?: Schedule["kind"];
  readonly clip?: number | "none";
  readonly epochs?: number;
  readonly batch?: number;
  readonly patience?: number;
  readonly seed?: number;
  readonly backend?: "auto" | "native" | "wasm" | "reference";
  readonly threads?: number | "auto";
}

/** The network and how it learns. Throws the `language/…` errors of what is wrong in a file of equations. */
export async function learningOptions(flags: TrainFlags): Promise<LearningOptions> {
  const {
    hidden,
    layers,
    dropout,
    bidirectional,
    rate,
    epochs,
    batch,
    patience,
    seed,
    backend,
    threads,
    schedule,
    clip,
  } = flags;
  return {
    cell: flags.cell === undefined ? undefined : await chooseCell(flags.cell),
    hidden,
    layers,
    dropout,
    bidirectional,
    rate,
    epochs,
    batch,
    patience,
    seed,
    backend,
    threads,
    ...(flags.readout === undefined ? {} : { readout: flags.readout }),
    schedule: schedule === undefined ? undefined : ({ kind: schedule } as Schedule),
    clip: typeof clip === "number" ? { kind: "norm", most: clip } : clip,
  };
}

/** A built-in cell's name, or the equations in a file. Throws the `language/…` errors of what is wrong in them. */
export async function chooseCell(given: string): Promise<NonNullable<LearningOptions["cell"]>> {
  const name = cellNames.find((one) => one === given);
  if (name !== undefined) return name;
  const text = await readFile(given, "utf8").catch((cause: unknown) => {
    throw new RecurraError(
      "network/unknown-cell",
      `There is no built-in cell ${JSON.stringify(given)}, and no file of that name that could be read; ${adviseCell(given)}`,
      { cause },
    );
  });
  const own = cell(path.basename(given).replace(/\.[^.]*$/, ""), text);
  return { name: own.name, text: own.text, options: own.options };
}
