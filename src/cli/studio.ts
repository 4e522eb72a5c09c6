/** `recurra studio`: the studio on this machine, with the files that are named. */
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { serveStudio } from "./serve-studio.ts";
import type { Terminal } from "./terminal.ts";
import { whole } from "./values.ts";

interface StudioFlags {
  readonly port?: number;
  readonly open?: boolean;
}

const examples = `
Examples:
  $ recurra studio --open
      see inside recurrent networks, in the browser
  $ recurra studio compare-adding.json
      look at what recurra compare has measured
  $ recurra studio births.safetensors
      open a model, or follow the run of recurra train --out births.safetensors as it learns
  $ recurra studio births.csv births.checkpoint
      go on with a run that was stopped, in the workbench

The studio is served to this machine only, and asks no other one for anything. Ctrl-C stops it.`;

/** The built site lies in dist/, beside which src/ lies. */
const site = fileURLToPath(new URL("../../dist/studio", import.meta.url));

export function addStudio(program: Command, terminal: Terminal): void {
  program
    .command("studio")
    .description("Open the studio: see inside a recurrent network, your own, in the browser.")
    .argument("[FILES...]", "models, checkpoints, data and results of recurra compare that the studio offers to open")
    .option("--port <NUMBER>", "where it is served (default: any port that is free)", whole(0, 65_535))
    .option("--open", "open it in the browser, with the file where one is named")
    .addHelpText("after", examples)
    .action(async (files: readonly string[], flags: StudioFlags) => runStudio(files, flags, terminal));
}

async function runStudio(files: readonly string[], flags: StudioFlags, terminal: Terminal): Promise<void> {
  const server = await serveStudio({ site, files, port: flags.port ?? 0 });
  terminal.print(server.address);
  for (const file of server.awaited)
    terminal.say(`note: ${file} is not there yet; the studio waits for a run to write it`);
  const stopped = new Promise<void>((resolve) => {
    const forget = terminal.onInterrupt(() => {
      forget();
      resolve();
    });
  });
  terminal.say("The studio is there until it is stopped (Ctrl-C).");
  if (flags.open === true) openBrowser(addressOf(server.address, files), terminal);
  await stopped;
  await server.close();
}

/** A single file is opened with the page. */
function addressOf(address: string, [file, ...others]: readonly string[]): string {
  return file === undefined || others.length > 0
    ? address
    : `${address}#/?file=${encodeURIComponent(path.basename(file))}`;
}

/** What opens an address in the usual browser, by platform. */
const openers: Partial<Readonly<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

function openBrowser(address: string, terminal: Terminal): void {
  const [command, ...args] = openers[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...args, address], { stdio: "ignore", detached: true });
  child.on("error", () => terminal.say(`note: no browser could be opened (${command}); open ${address} in one`));
  child.unref();
}
