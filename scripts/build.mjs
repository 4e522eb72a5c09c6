/** `npm run build`: src/ → dist/, with type declarations and without tests; then, but for `--library`, studio/ → dist/studio/. With `--if-changed`, nothing where nothing has changed. */
import { chmod, copyFile, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { buildStudio } from "./build-studio.mjs";
import { isBuilt } from "./is-built.mjs";
import { root, run, toolCommand } from "./tools.mjs";

const isOnChange = process.argv.includes("--if-changed");
if (isOnChange && (await isBuilt(root))) process.exit();
if (isOnChange) console.log("Building the library and the studio, which takes up to a minute…");

await rm(path.join(root, "dist"), { recursive: true, force: true });
const { code } = await run([...toolCommand("typescript", "tsc"), "-p", "tsconfig.build.json"], { stream: true });
// What the C compiler of the native backend reads.
for (const name of (await readdir(path.join(root, "src/codegen/c"))).filter((one) => /\.[ch]$/.test(one)))
  if (code === 0) await copyFile(path.join(root, "src/codegen/c", name), path.join(root, "dist/codegen/c", name));
if (code === 0) await chmod(path.join(root, "dist/cli/main.js"), 0o755);
if (code === 0 && !process.argv.includes("--library")) await buildStudio();
process.exitCode = code;
