/** What counts as the studio's first page. */
import { expect, test } from "vitest";
import { listFirstFiles } from "./check-studio-size.mjs";

test("the entry, what it imports and their styles count; rooms loaded on demand do not", () => {
  const manifest = {
    "index.html": {
      file: "a.js",
      isEntry: true,
      imports: ["_shared.js"],
      dynamicImports: ["room.tsx"],
      css: ["a.css"],
    },
    "_shared.js": { file: "shared.js", css: ["shared.css"], imports: ["index.html"] },
    "room.tsx": { file: "room.js", isDynamicEntry: true, imports: ["_shared.js"], css: ["room.css"] },
  };
  expect(listFirstFiles(manifest).toSorted()).toEqual(["a.css", "a.js", "index.html", "shared.css", "shared.js"]);
});
