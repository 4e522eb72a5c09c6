/**
 * The layers of src/ and what each may import. Fails on any other arrow, on Node's modules outside the platform files, on a public
 * entry that a browser could not load, on cycles between files and on default exports. Tests are free to import what they compare. The studio
 * is held to the public entries of the library, and its rooms to themselves and what they share.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { parseSync } from "vite";
import { listFiles, root } from "./tools.mjs";

/** Everything below `engine`, and `engine` itself, in the order of the table in the design. */
const compilerLayers = ["lower", "derive", "language", "util"];

/**
 * What a layer's files may import beside their own layer. `*` stands for any one folder. A file directly in src/ is the layer of its
 * name; a folder of codegen/ and of formats/ is a layer of its own.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const allowed = {
  util: [],
  language: ["util"],
  cells: ["language", "util"],
  derive: ["language", "util"],
  lower: ["derive", "language", "util"],
  "codegen/reference": ["derive", "language", "util"],
  "codegen/interpreter": ["lower", "util"],
  "codegen/wasm": ["lower", "util"],
  "codegen/c": ["lower", "util"],
  "codegen/wgsl": ["lower", "util"],
  engine: ["codegen/*", ...compilerLayers],
  network: ["engine", "cells", ...compilerLayers],
  graph: ["network", "engine", "cells", "lower", "language", "util"],
  build: ["graph", "network", "engine", "codegen/wasm", "lower", "util"],
  data: ["util"],
  training: ["network", "engine", "data", "lower", "language", "util"],
  "formats/*": ["graph", "network", "cells", "language", "util"],
  inspect: ["graph", "network", "derive", "language", "util"],
  tasks: ["formats/*", "inspect", "training", "data", "network", "engine", "cells", "language", "util"],
  cli: ["index", "node", "formats/*/index.ts"],
  node: ["index", "data", "formats/*"],
  index: [
    "tasks",
    "formats/*",
    "build",
    "graph",
    "inspect",
    "training",
    "data",
    "network",
    "cells",
    "engine",
    "codegen/*",
    ...compilerLayers,
  ],
};

/** The only files that may import `node:*`. */
const platformFiles = [
  /^engine\/platform-[^/]+\.ts$/,
  /^data\/files\.ts$/,
  /^data\/picture-files\.ts$/,
  /^cli\//,
  /^formats\/[^/]+\/files\.ts$/,
  /^training\/[^/]+-node\.ts$/,
];

/** Files from which a browser must be able to load everything that is imported statically. */
const browserEntries = [/^index\.ts$/, /^inspect\/index\.ts$/, /^formats\/[^/]+\/index\.ts$/];

/**
 * One import, export-from, dynamic import or `new URL("./file", import.meta.url)`.
 * @typedef {object} Arrow
 * @property {string} target the path in src/, or the specifier where it is not relative
 * @property {boolean} relative
 * @property {boolean} static loaded with the importing file; false for what is loaded on demand
 * @property {boolean} typeOnly
 * @property {number} line
 */

/**
 * @typedef {object} SourceFile
 * @property {string} name path in src/
 * @property {readonly Arrow[]} arrows
 * @property {readonly number[]} defaultExports lines
 */

/**
 * @param {string} name path in src/
 * @returns {string}
 */
function layerOf(name) {
  const [first = "", second = ""] = name.split("/");
  if (!name.includes("/")) return first.replace(/\.ts$/, "");
  return first === "codegen" || first === "formats" ? `${first}/${second}` : first;
}

/**
 * @param {string} pattern a layer or a path in src/, with `*` for one folder
 * @param {string} name
 */
function matches(pattern, name) {
  return new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", "[^/]+")}$`).test(name);
}

/**
 * @param {string} name path in src/
 * @param {string} source
 * @returns {SourceFile}
 */
export function readSource(name, source) {
  const { module, errors } = parseSync(name, source, { lang: name.endsWith(".tsx") ? "tsx" : "ts" });
  if (errors.length > 0) throw new Error(`src/${name}: ${errors[0]?.message}`);
  /** @param {number} offset */
  const lineAt = (offset) => source.slice(0, offset).split("\n").length;
  /** @type {(specifier: string, kind: { static: boolean, typeOnly: boolean, offset: number }) => Arrow} */
  const arrow = (specifier, { static: isStatic, typeOnly, offset }) => {
    const relative = specifier.startsWith(".");
    return {
      target: relative ? path.posix.join(path.posix.dirname(name), specifier.replace(/\.js$/, ".ts")) : specifier,
      relative,
      static: isStatic,
      typeOnly,
      line: lineAt(offset),
    };
  };
  const imports = module.staticImports.map((entry) => {
    const typeOnly = entry.entries.length > 0 && entry.entries.every((item) => item.isType);
    return arrow(entry.moduleRequest.value, { static: true, typeOnly, offset: entry.start });
  });
  const reexports = module.staticExports.flatMap((entry) => {
    const request = entry.entries.find((item) => item.moduleRequest !== null)?.moduleRequest;
    const typeOnly = entry.entries.every((item) => item.isType);
    return request == null ? [] : [arrow(request.value, { static: true, typeOnly, offset: entry.start })];
  });
  const dynamic = module.dynamicImports.flatMap((entry) => {
    const literal = /^["']([^"']+)["']$/.exec(source.slice(entry.moduleRequest.start, entry.moduleRequest.end));
    return literal?.[1] === undefined
      ? []
      : [arrow(literal[1], { static: false, typeOnly: false, offset: entry.start })];
  });
  const urls = [...source.matchAll(/new URL\(\s*["'](\.[^"']+\.[jt]s)["'],\s*import\.meta\.url/g)].map((match) =>
    arrow(match[1] ?? "", { static: false, typeOnly: false, offset: match.index }),
  );
  const isDefault = (/** @type {{ exportName: { kind: string, name?: string | null } }} */ item) =>
    item.exportName.kind === "Default" || item.exportName.name === "default";
  return {
    name,
    arrows: [...imports, ...reexports, ...dynamic, ...urls],
    defaultExports: module.staticExports
      .filter((entry) => entry.entries.some(isDefault))
      .map((entry) => lineAt(entry.start)),
  };
}

/**
 * @param {SourceFile} file
 * @returns {string[]}
 */
function findForbiddenArrows(file) {
  const layer = layerOf(file.name);
  const rule = Object.keys(allowed).find((pattern) => matches(pattern, layer));
  const list = rule === undefined ? undefined : allowed[rule];
  if (list === undefined)
    return [`src/${file.name}:1: no layer ${layer}; the layers are ${Object.keys(allowed).join(", ")}`];
  return file.arrows.flatMap((arrow) => {
    const place = `src/${file.name}:${arrow.line}`;
    if (!arrow.relative) {
      return !arrow.target.startsWith("node:") || platformFiles.some((pattern) => pattern.test(file.name))
        ? []
        : [
            `${place}: imports ${arrow.target}, which only platform files may: ${platformFiles.map((p) => p.source).join("  ")}`,
          ];
    }
    if (arrow.target.startsWith("../")) return [`${place}: imports ${arrow.target}, which lies outside src/`];
    if (arrow.target.endsWith(".test.ts")) return [`${place}: imports src/${arrow.target}, which is a test`];
    const target = layerOf(arrow.target);
    const ok =
      target === layer || list.some((pattern) => matches(pattern, pattern.endsWith(".ts") ? arrow.target : target));
    const may = list.length === 0 ? "nothing" : list.join(", ");
    return ok ? [] : [`${place}: ${layer} imports src/${arrow.target}; ${layer} may import ${may}`];
  });
}

/**
 * Paths from a browser entry to a Node module along static imports.
 * @param {ReadonlyMap<string, SourceFile>} files
 * @returns {string[]}
 */
function findNodeInBrowserEntries(files) {
  /** @type {string[]} */
  const faults = [];
  /** @type {Set<string>} */
  const seen = new Set();
  /** @type {(name: string, trail: readonly string[]) => void} */
  const visit = (name, trail) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const arrow of files.get(name)?.arrows ?? []) {
      if (!arrow.static || arrow.typeOnly) continue;
      if (arrow.relative) visit(arrow.target, [...trail, name]);
      else if (arrow.target.startsWith("node:")) {
        const way = [...trail, name].map((step) => `src/${step}`).join(" → ");
        faults.push(
          `src/${name}:${arrow.line}: imports ${arrow.target}, but a browser loads it: ${way}; use a dynamic import`,
        );
      }
    }
  };
  for (const name of files.keys()) if (browserEntries.some((pattern) => pattern.test(name))) visit(name, []);
  return faults;
}

/**
 * One fault for each import that closes a cycle. Imports of types alone are not counted: they are gone when the code runs.
 * @param {ReadonlyMap<string, SourceFile>} files
 * @returns {string[]}
 */
function findCycles(files) {
  /** @type {string[]} */
  const faults = [];
  /** @type {Set<string>} */
  const done = new Set();
  /** @type {(name: string, trail: readonly string[]) => void} */
  const visit = (name, trail) => {
    if (done.has(name)) return;
    for (const arrow of files.get(name)?.arrows ?? []) {
      if (!arrow.static || arrow.typeOnly || !arrow.relative) continue;
      const start = [...trail, name].indexOf(arrow.target);
      if (start >= 0) {
        const cycle = [...trail, name].slice(start).concat(arrow.target);
        faults.push(`src/${name}:${arrow.line}: closes a cycle: ${cycle.map((step) => `src/${step}`).join(" → ")}`);
      } else visit(arrow.target, [...trail, name]);
    }
    done.add(name);
  };
  for (const name of files.keys()) visit(name, []);
  return faults;
}

/**
 * Every fault of a set of sources, in the form `src/file.ts:line: what`.
 * @param {readonly SourceFile[]} sources
 * @returns {string[]}
 */
export function findLayerFaults(sources) {
  const files = new Map(sources.map((file) => [file.name, file]));
  const defaults = sources.flatMap((file) =>
    file.defaultExports.map((line) => `src/${file.name}:${line}: a default export; export it by name`),
  );
  return [
    ...sources.flatMap((file) => findForbiddenArrows(file)),
    ...findNodeInBrowserEntries(files),
    ...findCycles(files),
    ...defaults,
  ];
}

/** What the studio may import beside its own files: the library's public entries, and its own dependencies. */
const studioPackages =
  /^(recurra|recurra\/(formats\/)?\w+|preact|preact\/hooks|@preact\/signals|codemirror|@codemirror\/[\w-]+)$/;

/**
 * What the files of a folder of the studio may import beside their own folder; files that lie directly in studio/src/ may import all, and be imported by all.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const studioFolders = {
  look: [],
  words: [],
  work: ["models"],
  models: ["work"],
  parts: ["words"],
  shell: ["parts", "words", "rooms"],
  rooms: ["parts", "words", "work", "models"],
};

/** Where rooms meet: the list of them, and the first page, which shows that list. */
const meetingRooms = /^rooms\/(index\.ts|home\/.*)$/;

/**
 * Every fault of the studio's sources, whose names are paths in studio/src/.
 * @param {readonly SourceFile[]} sources
 * @returns {string[]}
 */
export function findStudioFaults(sources) {
  return sources.flatMap((file) => {
    const [folder = ""] = file.name.includes("/") ? file.name.split("/") : [""];
    const list = studioFolders[folder];
    const defaults = file.defaultExports.map(
      (line) => `studio/src/${file.name}:${line}: a default export; export it by name`,
    );
    if (folder !== "" && list === undefined)
      return [`studio/src/${file.name}:1: no folder ${folder}; there are ${Object.keys(studioFolders).join(", ")}`];
    const arrows = file.arrows.flatMap((arrow) => {
      const place = `studio/src/${file.name}:${arrow.line}: imports ${arrow.target}`;
      if (!arrow.relative)
        return studioPackages.test(arrow.target)
          ? []
          : [`${place}; the studio may import recurra and its public entries, Preact and CodeMirror`];
      if (arrow.target.startsWith("../")) return [`${place}, which lies outside studio/src/; import recurra instead`];
      const [target = ""] = arrow.target.includes("/") ? arrow.target.split("/") : [""];
      if (list !== undefined && target !== "" && target !== folder && !list.includes(target))
        return [`${place}; ${folder} may import ${list.length === 0 ? "nothing" : list.join(", ")}`];
      const [own, other] = [file.name, arrow.target].map((name) => /^rooms\/([^/]+)\//.exec(name)?.[1]);
      if (own !== undefined && own !== other && target === "rooms" && !meetingRooms.test(file.name))
        return [`${place}; a room may import no other one: what both need goes to parts or work`];
      return [];
    });
    return [...arrows, ...defaults];
  });
}

/**
 * The sources in a folder, without tests.
 * @param {string} folder
 * @returns {Promise<readonly SourceFile[]>}
 */
async function readSources(folder) {
  const names = (await listFiles(folder)).filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name));
  return Promise.all(names.map(async (name) => readSource(name, await readFile(path.join(folder, name), "utf8"))));
}

/**
 * The faults of this repository's src/ and studio/src/.
 * @returns {Promise<string[]>}
 */
export async function checkLayers() {
  return [
    ...findLayerFaults(await readSources(path.join(root, "src"))),
    ...findStudioFaults(await readSources(path.join(root, "studio/src"))),
  ];
}

if (process.argv[1] === import.meta.filename) {
  const faults = await checkLayers();
  if (faults.length > 0) console.log(faults.join("\n"));
  process.exitCode = faults.length === 0 ? 0 : 1;
}
