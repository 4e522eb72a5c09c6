/** `npm run build`: src/ → dist/, with type declarations; tests are left out. */
import { chmod, rm } from "node:fs/promises";
import path from "node:path";
import { root, run, toolCommand } from "./tools.mjs";

await rm(path.join(root, "dist"), { recursive: true, force: true });
const { code } = await run([...toolCommand("typescript", "tsc"), "-p", "tsconfig.build.json"], { stream: true });
if (code === 0) await chmod(path.join(root, "dist/cli/main.js"), 0o755);
process.exitCode = code;
