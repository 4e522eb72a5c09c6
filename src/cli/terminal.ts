/** Where commands write to: results to one side, all else to the other. */
import path from "node:path";

/** What a command sees of the process it runs in; tests give one of their own. */
export interface Terminal {
  /** How the user calls this program: what suggested commands begin with. */
  readonly command: string;
  /** Results, to standard output. */
  print(text: string): void;
  /** What is said to people beside them, to standard error. */
  say(text: string): void;
  /** Where a progress bar can be drawn: standard error, if it is a terminal. */
  readonly screen: NodeJS.WriteStream | undefined;
  /** Whether results may be coloured. */
  readonly hasColours?: boolean;
  /** Whether nobody reads what is said. */
  readonly isDeaf?: boolean;
  /** Calls the listener when the user wants to stop (Ctrl-C); gives what takes it off again. */
  onInterrupt(listener: () => void): () => void;
}

/** The terminal of a process. A reader that goes away (`| head`) ends it quietly. */
export function createTerminal(own: NodeJS.Process): Terminal {
  own.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    own.exit(0);
  });
  return {
    command: nameCommand(own),
    print: (text) => own.stdout.write(`${own.stdout.isTTY ? keepColours(text) : text}\n`),
    hasColours: own.stdout.isTTY && own.env["NO_COLOR"] === undefined && own.env["TERM"] !== "dumb",
    say: (text) => own.stderr.write(`${own.stderr.isTTY ? makePlain(text) : text}\n`),
    screen: own.stderr.isTTY ? own.stderr : undefined,
    onInterrupt: (listener) => {
      own.on("SIGINT", listener).on("SIGTERM", listener);
      return () => own.off("SIGINT", listener).off("SIGTERM", listener);
    },
  };
}

/** Names come from files: what would move a terminal's cursor or turn its text around is left out. */
export function makePlain(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "");
}

/** A plain text but for the sequences that `paintText` writes, which set two colours and take them back. */
function keepColours(text: string): string {
  return text
    .split(/(\u001b\[(?:30;48;5;\d{1,3}|0)m)/)
    .map((part, at) => (at % 2 === 1 ? part : makePlain(part)))
    .join("");
}

/** By its name where it is installed, through npx, or through node. */
function nameCommand({ argv, env, cwd, platform }: NodeJS.Process): string {
  const file = argv[1] ?? "recurra";
  if (/^recurra(\.cmd)?$/.test(path.basename(file))) return env["npm_command"] === "exec" ? "npx recurra" : "recurra";
  const relative = path.relative(cwd(), file);
  return `node ${platform === "win32" ? relative.replaceAll("\\", "/") : relative}`;
}

/** A terminal that says nothing to people. */
export function quieten(terminal: Terminal): Terminal {
  return { ...terminal, say: () => undefined, screen: undefined, isDeaf: true };
}

/** A command was asked for something that makes no sense; exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A run was stopped by the user; exit status 130, as shells have it. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}
