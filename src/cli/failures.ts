/** What the user is told when something goes wrong, and the exit status. */
import { CommanderError } from "commander";
import { RecurraError } from "../node.ts";
import type { ErrorCode } from "../node.ts";
import { nameFlags } from "./name-flags.ts";
import { placeOf } from "./place.ts";
import { Interrupted, UsageError } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";

/** What to do about an error whose message names no flag. */
const advice: Partial<Readonly<Record<ErrorCode, string>>> = {
  "data/irregular-dates": "--time-features none when training, if the dates do not matter",
  "training/not-finite": "a lower --rate",
};

/** Tells of the failure of a command with these arguments, in one line (with `--debug` the stack, with `--json` for machines too); returns the exit status. */
export function reportFailure(thrown: unknown, terminal: Terminal, args: readonly string[]): number {
  const error = nameMemory(thrown);
  // Commander has said what is to be said.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interrupted) return 130;
  const said = error instanceof Error ? error.message : String(error);
  const message = error instanceof RecurraError ? nameFlags(said, args, placeOf(thrown)) : said;
  const code =
    error instanceof RecurraError ? error.code : error instanceof UsageError ? "usage" : "internal/impossible";
  const help = error instanceof RecurraError && !/ \(?--\w/.test(message) ? advice[error.code] : undefined;
  const isKnown = error instanceof RecurraError || error instanceof UsageError;
  const whole = `${isKnown ? "" : "a defect in Recurra, please report it: "}${message}${help === undefined ? "" : ` On the command line: ${help}.`}`;
  terminal.say(`error: ${whole}`);
  if (args.includes("--json")) terminal.print(JSON.stringify({ error: { code, message } }));
  if (args.includes("--debug") && error instanceof Error) terminal.say(error.stack ?? "");
  return error instanceof UsageError ? 2 : 1;
}

/** An array that cannot be made is an error of what was asked for. */
function nameMemory(error: unknown): unknown {
  const isOfMemory =
    error instanceof RangeError &&
    /array length|Array buffer allocation failed|WebAssembly\.Memory/.test(error.message);
  if (!isOfMemory) return error;
  const what = "This needs more memory than there is; give smaller sizes, such as --hidden or --batch.";
  return new RecurraError("engine/out-of-memory", what, { cause: error });
}
