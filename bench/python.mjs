/** The Python that runs PyTorch, with the products of matrices that this machine can do. */
import { readFile } from "node:fs/promises";
import { run } from "../scripts/tools.mjs";

/**
 * The first Python on the path, or the system's own, that has PyTorch; nothing where none has, and says so. Where OpenBLAS does not know the processor and would fall back to what any has
 * (SSE3, a quarter as fast), it is told by `OPENBLAS_CORETYPE` to use its kernels for what this one can.
 * @returns {Promise<string | undefined>}
 */
export async function findTorchPython() {
  for (const python of ["python3", "/usr/bin/python3"]) {
    const found = await run([python, "-c", "import torch; torch.ones(2, 2) @ torch.ones(2, 2)"], {
      env: { ...process.env, OPENBLAS_VERBOSE: "2" },
    });
    if (found.code !== 0) continue;
    const core = /^Core: (.*)$/m.exec(found.output)?.[1];
    const better = core === "Prescott" ? await kernelsOfProcessor() : undefined;
    if (better !== undefined && process.env["OPENBLAS_CORETYPE"] === undefined) {
      process.env["OPENBLAS_CORETYPE"] = better;
      console.log(`OpenBLAS takes this processor for a ${core}; it is told to use its kernels for ${better}`);
    }
    return python;
  }
  console.log("PyTorch is left out: no python3 here has torch (Debian: python3-torch libopenblas0-pthread)");
  return undefined;
}

/** OpenBLAS's name for the fastest kernels that the instruction sets allow, on Linux. */
async function kernelsOfProcessor() {
  const info = await readFile("/proc/cpuinfo", "utf8").catch(() => "");
  const flags = new Set((/^flags\s*:(.*)$/m.exec(info)?.[1] ?? "").split(" "));
  if (["avx512f", "avx512bw", "avx512dq", "avx512vl"].every((flag) => flags.has(flag))) return "SkylakeX";
  return flags.has("avx2") && flags.has("fma") ? "Haswell" : undefined;
}
