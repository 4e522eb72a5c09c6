/** The studio's own web server: this machine alone may ask, for the site's files and for those that were named. */
import type { Stats } from "node:fs";
import { open, readdir, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { RecurraError } from "../node.ts";
import { studioHeaders } from "./studio-policy.ts";
import { UsageError } from "./terminal.ts";

export interface StudioServerOptions {
  /** The built site. */
  readonly site: string;
  /** Files that the page may read, by their paths; models and checkpoints may come later. */
  readonly files: readonly string[];
  /** 0 takes any that is free. */
  readonly port: number;
}

export interface StudioServer {
  /** `http://127.0.0.1:4321/` */
  readonly address: string;
  /** Files that are not there yet, as they were named. */
  readonly awaited: readonly string[];
  close(): Promise<void>;
}

/** A named file as the page learns of it from `files.json`. */
interface OfferedFile {
  readonly name: string;
  /** Relative to the page. */
  readonly address: string;
}

/** What there is to serve. */
interface Served {
  readonly files: readonly string[];
  readonly offered: readonly OfferedFile[];
  /** The site's files by their paths in it, with `/` between names. */
  readonly listed: ReadonlyMap<string, string>;
}

/** An answer before its body is sent. */
interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number>>;
  readonly body: { readonly text: string } | OpenFile;
}

/** Size and bytes are those of one and the same file, whatever takes its name meanwhile; who has it closes it. */
interface OpenFile {
  readonly handle: FileHandle;
  readonly stats: Stats;
}

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".txt": "text/plain; charset=utf-8",
};
const anyBytes = "application/octet-stream";

/**
 * Serves the site on 127.0.0.1. Throws `file/cannot-read` for a file that is not there (of a model or checkpoint its folder must be, since a run may write it)
 * and for a site that is not built, a usage error for a port that is taken.
 */
export async function serveStudio({ site, files, port }: StudioServerOptions): Promise<StudioServer> {
  if ((await lookAt(path.join(site, "index.html"))) === undefined)
    throw new RecurraError(
      "file/cannot-read",
      "The studio is not built here; npm run build builds it, and npm run studio builds and opens it.",
    );
  const found = await Promise.all(files.map(checkNamed));
  const served = { files, offered: files.map(offerFile), listed: await listSite(site) };
  const server = createServer((request, response) => {
    answer(request, served)
      .catch(() => refuse(500, "The file cannot be read."))
      .then(async (made) => send(made, request, response))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(nameListenError(error, port)));
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    awaited: files.filter((_, at) => found[at] === false),
    close: async () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
}

async function lookAt(file: string): Promise<Stats | undefined> {
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() === true ? found : undefined;
}

async function openFile(file: string): Promise<OpenFile | undefined> {
  if ((await lookAt(file)) === undefined) return undefined;
  const handle = await open(file).catch(() => undefined);
  return handle === undefined ? undefined : { handle, stats: await handle.stat() };
}

/** The path of a model or checkpoint without its ending. */
function stemOf(file: string): string | undefined {
  return /^(.*)\.(?:safetensors|checkpoint)$/s.exec(file)?.[1];
}

/** Model and checkpoint of one run: of either name, the one that is there, and of both the one written last. */
async function openLatest(file: string): Promise<OpenFile | undefined> {
  const stem = stemOf(file);
  const files = stem === undefined ? [file] : [`${stem}.safetensors`, `${stem}.checkpoint`];
  const found = (await Promise.all(files.map(openFile))).filter((one) => one !== undefined);
  const [latest, ...others] = found.sort((a, b) => b.stats.mtimeMs - a.stats.mtimeMs);
  await Promise.all(others.map(async ({ handle }) => handle.close()));
  return latest;
}

/** Whether a file that was named is there; false for one that a run may still write. Throws `file/cannot-read` for any other. */
async function checkNamed(file: string): Promise<boolean> {
  const opened = await openLatest(file);
  await opened?.handle.close();
  if (opened !== undefined) return true;
  const found = await stat(file).catch(() => undefined);
  const folder = await stat(path.dirname(file)).catch(() => undefined);
  if (found === undefined && stemOf(file) !== undefined && folder?.isDirectory() === true) return false;
  const reason =
    found === undefined
      ? "there is no such file; check its name"
      : found.isFile()
        ? "this user may not do that; change its rights"
        : found.isDirectory()
          ? "it is a folder; name the files in it that the studio shall offer: models, checkpoints, data, results of recurra compare"
          : "it is no file";
  throw new RecurraError("file/cannot-read", `${file} cannot be read: ${reason}.`);
}

function offerFile(file: string, at: number): OfferedFile {
  const name = path.basename(file);
  return { name, address: `./files/${at}/${encodeURIComponent(name)}` };
}

function nameListenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === "EADDRINUSE")
    return new UsageError(`port ${port} is taken; give another with --port, or leave it out for one that is free`);
  if (error.code === "EACCES")
    return new UsageError(`port ${port} may not be used by this user; give one from 1024 on with --port`);
  return error;
}

async function answer(request: IncomingMessage, served: Served): Promise<Answer> {
  // A page of another name that leads here (DNS rebinding) sends that name.
  if (!isOwnHost(request)) return refuse(421, "This server answers to its own address only.");
  if (request.method !== "GET" && request.method !== "HEAD") {
    const refused = refuse(405, "Only GET and HEAD are answered.");
    return { ...refused, headers: { ...refused.headers, allow: "GET, HEAD" } };
  }
  const asked = parsePath(request.url ?? "");
  if (asked === undefined) return refuse(400, "This is no path.");
  if (asked === "files.json")
    return { status: 200, headers: typed(".json"), body: { text: JSON.stringify(served.offered) } };
  const found = findFile(asked, served);
  if (found === undefined) return refuse(404, "There is no such file.");
  if (asked.startsWith("files/")) return answerNamed(found, request.headers["if-none-match"]);
  const opened = await openFile(found);
  if (opened === undefined) return refuse(404, "There is no such file.");
  return { status: 200, headers: typed(path.extname(found)), body: opened };
}

/** A named file, or that it is as it was, or not there yet: a page that follows a run asks again and again. */
async function answerNamed(named: string, seen: string | undefined): Promise<Answer> {
  const latest = await openLatest(named);
  if (latest === undefined)
    return stemOf(named) === undefined
      ? refuse(404, "There is no such file.")
      : { status: 204, headers: {}, body: { text: "" } };
  const { handle, stats } = latest;
  const etag = `"${stats.ino.toString(36)}-${stats.size.toString(36)}-${Math.round(stats.mtimeMs * 1000).toString(36)}"`;
  if (seen === etag) {
    await handle.close();
    return { status: 304, headers: { etag }, body: { text: "" } };
  }
  // What was named is data: it is never shown as a page of this address.
  return { status: 200, headers: { "content-type": anyBytes, etag }, body: latest };
}

function isOwnHost({ headers: { host }, socket: { localPort } }: IncomingMessage): boolean {
  // Browsers leave out the port that is usual.
  const end = localPort === 80 ? "" : `:${localPort}`;
  return host === `127.0.0.1${end}` || host === `localhost${end}`;
}

/** The path as names with `/` between, or undefined for what is none. */
function parsePath(url: string): string | undefined {
  if (!url.startsWith("/")) return undefined;
  const [before = ""] = url.slice(1).split(/[?#]/);
  try {
    const names = before.split("/").map(decodeURIComponent);
    const isPlain = names.every((name) => !/[/\u0000]/.test(name) && name !== ".." && name !== ".");
    return isPlain ? names.join("/") || "index.html" : undefined;
  } catch {
    return undefined;
  }
}

/** Only what is listed is served, so no path leads out of the site; links to other files are not listed. */
async function listSite(site: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(site, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(files.map((file) => [path.relative(site, file).replaceAll("\\", "/"), file]));
}

function findFile(asked: string, { files, offered, listed }: Served): string | undefined {
  const at = offered.findIndex(({ name }, index) => asked === `files/${index}/${name}`);
  return at >= 0 ? files[at] : listed.get(asked);
}

function typed(extension: string): Readonly<Record<string, string>> {
  return { "content-type": contentTypes[extension] ?? anyBytes };
}

function refuse(status: number, text: string): Answer {
  return { status, headers: typed(".txt"), body: { text: `${text}\n` } };
}

async function send(
  { status, headers, body }: Answer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const begin = (bytes: number): void => {
    const isEmpty = status === 204 || status === 304;
    response.writeHead(status, { ...studioHeaders, ...headers, ...(isEmpty ? {} : { "content-length": bytes }) });
  };
  if ("text" in body) {
    const bytes = new TextEncoder().encode(body.text);
    begin(bytes.length);
    response.end(request.method === "HEAD" || bytes.length === 0 ? undefined : bytes);
    return;
  }
  const { handle, stats } = body;
  try {
    begin(stats.size);
    if (request.method !== "HEAD" && stats.size > 0) {
      const stream = handle.createReadStream({ start: 0, end: stats.size - 1, autoClose: false });
      await pipeline(stream, response, { end: false });
      if (stream.bytesRead < stats.size) throw new Error("the file has become shorter");
    }
    response.end();
  } finally {
    await handle.close();
  }
}
