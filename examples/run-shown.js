/** Runs a command of `recurra` as an example: shown first, so that it can be typed again. */
import { runCommand } from "../dist/cli/run.js";
import { createTerminal } from "../dist/cli/terminal.js";

/**
 * @param {readonly string[]} lines the arguments, as they are shown; without spaces in any of them
 * @returns {Promise<number>} the exit status
 */
export async function runShown(...lines) {
  console.log(`$ recurra ${lines.join(" \\\n    ")}\n`);
  const terminal = { ...createTerminal(process), command: "node dist/cli/main.js" };
  return runCommand(lines.join(" ").split(" "), terminal);
}
