/** What the measurements were made on. */
import { readFile } from "node:fs/promises";
import os from "node:os";
import { run } from "../scripts/tools.mjs";

/** Instruction sets that decide how fast products are. */
const telling = /^(sse4_1|avx|avx2|fma|avx512f|avx512_vnni|avx_vnni|amx_int8|amx_bf16|asimd|asimddp|sve)$/;

/** A line each: the processor and its instruction sets, Node, the C compiler, the day. @returns {Promise<readonly string[]>} */
export async function describeMachine() {
  const cpus = os.cpus();
  const info = await readFile("/proc/cpuinfo", "utf8").catch(() => "");
  const flags = (/^(?:flags|Features)\s*:(.*)$/m.exec(info)?.[1] ?? "").split(" ").filter((flag) => telling.test(flag));
  const numbers = ["cpu family", "model", "stepping"].flatMap((key) => {
    const value = new RegExp(`^${key}\\s*: (.*)$`, "m").exec(info)?.[1];
    return value === undefined ? [] : [`${key.replace("cpu ", "")} ${value}`];
  });
  const caches = await describeCaches();
  const compiler = await run([process.env["CC"] ?? "cc", "--version"]);
  return [
    `${[cpus[0]?.model ?? "unknown processor", ...numbers].join(", ")}; ${cpus.length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    ...(flags.length > 0 ? [`instruction sets: ${flags.join(", ")}`] : []),
    ...(caches === "" ? [] : [`caches: ${caches}`]),
    `${os.type()} ${os.arch()}, Node ${process.versions.node} (V8 ${process.versions.v8})`,
    ...(compiler.code === 0 ? [`C compiler: ${compiler.output.split("\n")[0]}`] : []),
    `measured on ${new Date().toISOString().slice(0, 10)}`,
  ];
}

/** As Linux tells it; empty elsewhere. */
async function describeCaches() {
  const read = (/** @type {number} */ index, /** @type {string} */ key) =>
    readFile(`/sys/devices/system/cpu/cpu0/cache/index${index}/${key}`, "utf8").then(
      (text) => text.trim(),
      () => "",
    );
  const caches = await Promise.all(
    [0, 1, 2, 3].map(async (index) => ({
      level: await read(index, "level"),
      kind: await read(index, "type"),
      size: await read(index, "size"),
    })),
  );
  return caches
    .filter(({ kind, size }) => size !== "" && kind !== "Instruction")
    .map(({ level, size }) => `L${level} ${size.replace("K", " KiB")}`)
    .join(", ");
}

/** In one line: the processor, the C compiler and the day. */
export async function describeBriefly() {
  const model = os.cpus()[0]?.model ?? "unknown processor";
  const { code, output } = await run([process.env["CC"] ?? "cc", "--version"]);
  const compiler = code === 0 ? [output.split("\n")[0] ?? ""] : [];
  return [model, ...compiler, new Date().toISOString().slice(0, 10)].join(", ");
}
