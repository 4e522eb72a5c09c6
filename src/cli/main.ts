#!/usr/bin/env node
/** The command `recurra`. */
import process from "node:process";
import { runCommand } from "./run.ts";
import { createTerminal } from "./terminal.ts";

process.exitCode = await runCommand(process.argv.slice(2), createTerminal(process));
