/** Keeps the tests of a backtest that are done beside its report, until that is written. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import {
  isKeptBacktest,
  parseKeptBacktest,
  printKeptBacktest,
  printTable,
  readBytes,
  RecurraError,
  writeWhole,
} from "../node.ts";
import type { ForecastEvaluation, ForecastOptions, KeptBacktest, Table } from "../node.ts";
import { UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";

export interface FoldKeeper {
  /** Absent without a report to keep them beside. */
  readonly file: string | undefined;
  /** What an earlier command has left. */
  readonly before: KeptBacktest | undefined;
  /** Writes the tests that are done, all of them or none. */
  keep(plan: string, fold: ForecastEvaluation): Promise<void>;
  /** Removes them. */
  forget(): Promise<void>;
}

/** Where the tests of a backtest are kept: nowhere without a report, or where all are of one network, whose training is what takes the time. */
export function foldsFile({ out, retrain }: { readonly out?: string; readonly retrain: boolean }): string | undefined {
  return retrain ? out?.replace(/\.html$/, ".folds.json") : undefined;
}

/** What the tests of a backtest follow from. Threads change nothing. */
export function identifyBacktest(data: Table, options: ForecastOptions, tests: object): string {
  const asked = JSON.stringify({ ...options, ...tests, threads: undefined });
  return createHash("sha256")
    .update(`${asked}\n${printTable(data)}`)
    .digest("hex");
}

/** Throws a usage error for a file that is none of its own and would be replaced, `data/bad-json` for one that holds no tests to go on from, and `training/other-run` where they are of another backtest. */
export async function openKeeper(
  file: string | undefined,
  { identity, resume }: { readonly identity: string; readonly resume: boolean },
  human: Terminal,
): Promise<FoldKeeper> {
  const before = resume ? await readKept(file, identity, human) : undefined;
  if (!resume && file !== undefined && existsSync(file)) {
    await checkKept(file);
    human.say(
      `note: ${file} holds tests of an unfinished backtest, which this one replaces; --resume would go on with it`,
    );
  }
  const folds = [...(before?.folds ?? [])];
  return {
    file,
    before,
    keep: async (plan, fold) => {
      folds.push(fold);
      if (file !== undefined) await writeWhole(file, printKeptBacktest({ identity, plan, folds }));
    },
    forget: async () => {
      if (file !== undefined) await rm(file, { force: true });
    },
  };
}

/** Throws where the file, which is replaced and in the end removed, holds something else. */
async function checkKept(file: string): Promise<void> {
  if (isKeptBacktest(new TextDecoder().decode(await readBytes(file)))) return;
  throw new UsageError(
    `${file} is where this backtest keeps its tests, but what is there are none; move it, or name another report with --out`,
  );
}

async function readKept(
  file: string | undefined,
  identity: string,
  human: Terminal,
): Promise<KeptBacktest | undefined> {
  if (file === undefined) return undefined;
  if (!existsSync(file)) {
    human.say(`note: there is no ${file} to go on from, so the first test is the next`);
    return undefined;
  }
  const kept = parseKeptBacktest(new TextDecoder().decode(await readBytes(file)), file);
  if (kept.identity === identity) return kept;
  throw new RecurraError(
    "training/other-run",
    `${file} holds tests of a backtest with other data or options; give those to go on with it, or leave out --resume to begin anew.`,
  );
}
