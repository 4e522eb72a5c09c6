/** The layer check finds each kind of fault, at its line, and nothing in sources that keep the rules. */
import { expect, test } from "vitest";
import { findLayerFaults, findStudioFaults, readSource } from "./check-layers.mjs";

/** @param {Readonly<Record<string, string>>} sources text by path in src/ */
const faultsOf = (sources) => findLayerFaults(Object.entries(sources).map(([name, text]) => readSource(name, text)));

test("imports down the table are free of faults", () => {
  const faults = faultsOf({
    "util/errors.ts": "export const a = 1;",
    "language/graph.ts": 'import { a } from "../util/errors.ts";\nexport const b = a;',
    "engine/platform-node.ts": 'import os from "node:os";\nexport const cores = os.availableParallelism();',
    "engine/index.ts": 'export const load = (): Promise<unknown> => import("./platform-node.ts");',
    "formats/onnx/index.ts": 'import type { Node } from "../../language/graph.ts";\nexport type N = Node;',
    "cli/main.ts": 'import { b } from "../index.ts";\nimport "../formats/onnx/index.ts";\nconsole.log(b);',
    "index.ts": 'export { b } from "./language/graph.ts";\nexport { load } from "./engine/index.ts";',
  });
  expect(faults).toEqual([]);
});

test.each([
  ["an import up the table", "util/a.ts", 'import { b } from "../cells/b.ts";', "util may import nothing"],
  ["a type import up the table", "cells/a.ts", '\nimport type { B } from "../derive/b.ts";', "src/cells/a.ts:2"],
  ["an export from above", "language/a.ts", 'export * from "../lower/b.ts";', "may import util"],
  ["a dynamic import up", "data/a.ts", 'export const a = () => import("../engine/b.ts");', "src/engine/b.ts"],
  ["a worker's address", "data/a.ts", 'new Worker(new URL("./../engine/b.js", import.meta.url));', "src/engine/b.ts"],
  ["one format in another", "formats/onnx/a.ts", 'import "../keras/b.ts";', "src/formats/keras/b.ts"],
  ["a private file in the command line", "cli/a.ts", 'import "../engine/b.ts";', "cli may import index"],
  ["a file outside src/", "util/a.ts", 'import "../../test/b.ts";', "outside src/"],
  ["a test", "util/a.ts", 'import "./b.test.ts";', "is a test"],
  ["a Node module", "network/a.ts", 'import fs from "node:fs";', "only platform files may"],
  ["an unknown layer", "magic/a.ts", "export {};", "no layer magic"],
  ["a default export", "util/a.ts", "\n\nexport default 1;", "src/util/a.ts:3: a default export"],
  [
    "a renamed default export",
    "util/a.ts",
    "const a = 1;\nexport { a as default };",
    "src/util/a.ts:2: a default export",
  ],
])("%s is one fault", (_, name, text, message) => {
  const faults = faultsOf({ [name]: text });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain(message);
});

test("a cycle is said once, with its way round", () => {
  const faults = faultsOf({
    "util/a.ts": 'import { b } from "./b.ts";\nexport const a = b;',
    "util/b.ts": 'import { type C, c } from "./c.ts";\nexport const b: C = c;',
    "util/c.ts": '\nimport { a } from "./a.ts";\nexport type C = typeof a;\nexport const c = a;',
  });
  expect(faults).toEqual([
    "src/util/c.ts:2: closes a cycle: src/util/a.ts → src/util/b.ts → src/util/c.ts → src/util/a.ts",
  ]);
});

test("a cycle through an import of types alone is none", () => {
  const faults = faultsOf({
    "util/a.ts": 'import type { B } from "./b.ts";\nexport const a = (b: B): B => b;',
    "util/b.ts": 'import { a } from "./a.ts";\nexport type B = number;\nexport const b = a(1);',
  });
  expect(faults).toEqual([]);
});

test("a Node module that a browser would load with the public entry is found through its trail", () => {
  const faults = faultsOf({
    "index.ts": 'export { read } from "./data/files.ts";',
    "data/files.ts": 'import fs from "node:fs";\nexport const read = fs.readFileSync;',
  });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain("src/index.ts → src/data/files.ts");
});

test("the studio knows the library by its public entries alone, and a room knows no other room", () => {
  const faults = findStudioFaults(
    Object.entries({
      "rooms/lstm/room.tsx":
        'import { cells } from "recurra";\nimport { Slider } from "../../parts/slider.tsx";\nimport { place } from "../../place.ts";\nexport const Room = () => <Slider a={cells} b={place} />;',
      "rooms/lstm/gates.ts": 'export { race } from "../variants/race.ts";',
      "rooms/index.ts": 'import { Picture } from "./lstm/picture.tsx";\nexport const rooms = [Picture];',
      "parts/slider.tsx": 'import { list } from "../rooms/index.ts";\nexport const Slider = list;',
      "work/train.ts": 'import { train } from "../../../src/training/index.ts";\nexport default train;',
      "models/load.ts": 'import lodash from "lodash";\nexport const load = lodash;',
      "tools/one.ts": "export const one = 1;",
    }).map(([name, text]) => readSource(name, text)),
  );
  expect(faults).toEqual([
    "studio/src/rooms/lstm/gates.ts:1: imports rooms/variants/race.ts; a room may import no other one: what both need goes to parts or work",
    "studio/src/parts/slider.tsx:1: imports rooms/index.ts; parts may import words",
    "studio/src/work/train.ts:1: imports ../../src/training/index.ts, which lies outside studio/src/; import recurra instead",
    "studio/src/work/train.ts:2: a default export; export it by name",
    "studio/src/models/load.ts:1: imports lodash; the studio may import recurra and its public entries, Preact and CodeMirror",
    "studio/src/tools/one.ts:1: no folder tools; there are look, words, work, models, parts, shell, rooms",
  ]);
});
