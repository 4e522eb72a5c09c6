/** Chromium with one page that can import the built package, as an app without a bundler would. */
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { chromium } from "playwright-core";

const root = path.resolve(import.meta.dirname, "../..");

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

interface PackageFile {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly exports?: ExportsField;
  readonly type?: string;
  readonly module?: string;
  readonly main?: string;
}

type ExportsField = string | { readonly [condition: string]: ExportsField };

function readPackage(folder: string): PackageFile {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as PackageFile;
}

/** The file that a browser gets for an entry of `exports`. */
function pickForBrowser(entry: ExportsField | undefined): string | undefined {
  if (entry === undefined || typeof entry === "string") return entry;
  return pickForBrowser(entry["."] ?? entry["browser"] ?? entry["import"] ?? entry["default"]);
}

/** A CommonJS file as an ES module, as content networks and bundlers give it out. */
function wrapCommonJs(text: string): string {
  return `const module = { exports: {} }; const { exports } = module;\n${text}\nexport default module.exports;`;
}

/**
 * The import map of an app that serves this package and what it depends on from its own folder; what comes as CommonJS alone is put
 * into `texts`, by path, as an ES module.
 */
function planImportMap(texts: Map<string, string>): Record<string, string> {
  const map: Record<string, string> = {};
  const own = readPackage(root);
  for (const [name, entry] of Object.entries(typeof own.exports === "object" ? own.exports : {})) {
    if (!name.endsWith(".json")) map[`recurra${name.slice(1)}`] = path.posix.join("/", pickForBrowser(entry) ?? "");
  }
  const waiting = Object.keys(own.dependencies ?? {});
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (map[name] !== undefined) continue;
    const file = readPackage(path.join(root, "node_modules", name));
    const entry = pickForBrowser(file.exports) ?? file.module ?? file.main ?? "index.js";
    const address = path.posix.join("/node_modules", name, entry);
    map[name] = address;
    const isModule = file.type === "module" || file.module !== undefined || entry.endsWith(".mjs");
    if (!isModule) texts.set(address, wrapCommonJs(readFileSync(path.join(root, address), "utf8")));
    waiting.push(...Object.keys(file.dependencies ?? {}));
  }
  return map;
}

interface Server {
  readonly address: string;
  /** Serves a text under a path of its own and says which. */
  addModule(source: string): string;
  close(): Promise<void>;
}

/** What makes a page cross-origin isolated. */
const isolation = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** Serves dist/, node_modules/ and added modules to this machine only. */
async function createModuleServer({ isolated = false }: BrowserOptions): Promise<Server> {
  const texts = new Map([["/favicon.ico", ""]]);
  const importMap = JSON.stringify({ imports: planImportMap(texts) });
  texts.set("/", `<!doctype html><meta charset="utf-8"><script type="importmap">${importMap}</script>`);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = path.join(root, path.posix.normalize(pathname));
    const isOurs = /^\/(dist|node_modules)\//.test(path.posix.normalize(pathname)) && existsSync(file);
    const body = texts.get(pathname) ?? (isOurs ? readFileSync(file) : undefined);
    const type = pathname === "/" ? ".html" : path.extname(pathname);
    response.writeHead(body === undefined ? 404 : 200, {
      "content-type": contentTypes[type] ?? "text/plain",
      ...(isolated ? isolation : {}),
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    addModule(source) {
      const name = `/module-${texts.size}.js`;
      texts.set(name, source);
      return name;
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.closeAllConnections();
        server.close((error) => (error === undefined ? resolve() : reject(error)));
      }),
  };
}

export interface BrowserOptions {
  /** Whether the page is cross-origin isolated, and so may share memory between threads. */
  readonly isolated?: boolean;
}

export interface Browser {
  /**
   * Runs an ES module in the page and gives back what it exports as `result` (plain data or typed arrays). It may import
   * `recurra` and anything that is installed. Throws what the module throws.
   */
  runInBrowser(moduleSource: string): Promise<unknown>;
  /** Serves a module under a path of its own, which it returns. */
  addModule(source: string): string;
  dispose(): Promise<void>;
}

/** Starts Chromium with a fresh profile on a page of its own server. */
export async function createBrowser(executablePath: string, options: BrowserOptions = {}): Promise<Browser> {
  if (!existsSync(path.join(root, "dist/index.js"))) throw new Error("dist/ is missing: run `npm run build` first");
  const server = await createModuleServer(options);
  const browser = await chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-proxy-server",
    ],
  });
  const page = await browser.newPage();
  await page.goto(server.address);
  return {
    addModule: server.addModule,
    async runInBrowser(moduleSource) {
      const failures: string[] = [];
      const note = (error: Error): number => failures.push(error.message);
      page.on("pageerror", note);
      const name = server.addModule(moduleSource);
      try {
        // As text: Vitest would rewrite the import of a function's code.
        return await page.evaluate(`import(${JSON.stringify(name)}).then((module) => module.result)`);
      } catch (error) {
        throw new Error(`in the browser: ${[String(error), ...failures].join("\n")}`, { cause: error });
      } finally {
        page.off("pageerror", note);
      }
    },
    async dispose() {
      await browser.close();
      await server.close();
    },
  };
}
