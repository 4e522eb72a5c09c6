/** Who takes part: Recurra's backends, and the peers that this machine has. */
import { access, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { root, run } from "../scripts/tools.mjs";
import { findTorchPython } from "./python.mjs";
import { multiplyAdds } from "./work.mjs";
import { writeWorkloads } from "./workloads.mjs";

/** @typedef {import("./workloads.mjs").Workload} Workload */
/** @typedef {{ name: string, milliseconds: number, runs: number, threads: number, backend: string, version?: string, bytes?: number }} Timing */

/**
 * Someone who can run workloads: a command that takes a file of them and prints a line of JSON for each.
 * @typedef {object} Contender
 * @property {string} id
 * @property {string} name
 * @property {(file: string) => readonly string[]} command
 * @property {(workload: Workload) => boolean} can what it is asked to run
 */

/** No turn is waited for longer than this. */
const longestTurn = 300;

const isStream = (/** @type {Workload} */ { mode, sizes }) => mode === "infer" && sizes.T === 1;
const isTraining = (/** @type {Workload} */ { mode }) => mode === "train";
const isInference = (/** @type {Workload} */ { mode }) => mode === "infer";
/** @type {(workload: Workload) => boolean} */
const any = () => true;

/** Plain JavaScript takes seconds for a step of more multiply-adds than this. */
const mostOfPlain = 5e8;

/**
 * `recurra bench` with these flags.
 * @param {readonly string[]} flags
 * @returns {(file: string) => readonly string[]}
 */
export const recurraCommand = (flags) => (file) => [
  process.execPath,
  path.join(root, "dist/cli/main.js"),
  "bench",
  "--workloads",
  file,
  "--json",
  ...flags,
];

const peerNames = {
  "tfjs-wasm": "TF.js WASM",
  "tfjs-cpu": "TF.js CPU",
  "ort-node": "ORT node",
  "ort-web": "ORT web",
  torch: "PyTorch",
};

const oneThread = ["--threads", "1"];

/** What a backend of ours might have beside its plain form: the end of its id, flags, and what it is for. */
const variants = [
  { suffix: "", name: "", flags: oneThread, can: any },
  { suffix: "-2", name: ", 2 threads", flags: ["--threads", "2"], can: isTraining },
  { suffix: "-int8", name: ", int8", flags: [...oneThread, "--weights", "int8"], can: isStream },
  { suffix: "-float16", name: ", float16", flags: [...oneThread, "--weights", "float16"], can: isStream },
];

/** @param {"wasm" | "native"} backend @returns {readonly Contender[]} the plain form first */
const formsOf = (backend) =>
  variants.map(({ suffix, name, flags, can }) => ({
    id: `${backend}${suffix}`,
    name: `Recurra ${backend === "wasm" ? "WASM" : backend}${name}`,
    command: recurraCommand(["--backend", backend, ...flags]),
    can,
  }));

/** @type {ReadonlyMap<string, string>} */
const names = new Map([
  ...[...formsOf("wasm"), ...formsOf("native")].map(({ id, name }) => /** @type {const} */ ([id, name])),
  ...Object.entries(peerNames),
]);

/** Of a contender, whether it is here or not. @param {string} id */
export const nameOf = (id) => names.get(id) ?? id;

/**
 * Runs workloads with a contender; throws where it fails.
 * @param {Pick<Contender, "command">} contender
 * @param {readonly Workload[]} workloads
 * @returns {Promise<readonly Timing[]>}
 */
export async function measure({ command }, workloads) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "recurra-bench-"));
  try {
    const file = path.join(folder, "workloads.json");
    await writeWorkloads(file, workloads);
    const { code, output } = await run(command(file), { seconds: longestTurn });
    const lines = output.split("\n").filter((text) => text.trim() !== "");
    if (code !== 0) throw new Error(lines.find((text) => /error/i.test(text)) ?? lines.at(-1) ?? `exit status ${code}`);
    return lines.filter((text) => text.startsWith("{")).map((text) => JSON.parse(text));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @type {Workload["sizes"]} */
const tiny = { name: "tiny", cell: "LSTM", B: 2, T: 1, I: 2, H: 2, L: 1, O: 1 };

/**
 * Why a contender of ours cannot take part: it fails on a tiny workload, or what it says of itself there is not what was asked for.
 * @param {Contender} contender
 * @returns {Promise<string | undefined>}
 */
async function findFault({ id, command, can }) {
  const mode = can === isStream ? "infer" : "train";
  const brief = (/** @type {string} */ file) => [...command(file), "--seconds", "0.01"];
  try {
    const [timing] = await measure({ command: brief }, [{ name: "tiny", mode, sizes: tiny }]);
    if (timing === undefined) return "it printed no result";
    if (!id.startsWith(timing.backend)) return `it ran on ${timing.backend}`;
    const threads = id.endsWith("-2") ? 2 : 1;
    return timing.threads === threads ? undefined : `it ran on ${timing.threads} thread(s)`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Those of ours that this version and this machine have; a backend that is missing takes its variants with it.
 * @returns {Promise<readonly Contender[]>}
 */
async function findOurs() {
  /** @type {Contender[]} */
  const found = [];
  for (const backend of /** @type {const} */ (["wasm", "native"])) {
    for (const contender of formsOf(backend)) {
      const fault = await findFault(contender);
      if (fault === undefined) found.push(contender);
      else console.log(`${contender.name} is left out: ${fault}`);
      if (fault !== undefined && contender.id === backend) break;
    }
  }
  return found;
}

/** The libraries of bench/package.json, installed where they are not there. */
async function installPeers() {
  const folder = path.join(root, "bench");
  const wanted = ["@tensorflow/tfjs-backend-wasm", "onnxruntime-node", "onnxruntime-web"];
  const there = await Promise.all(
    wanted.map((name) =>
      access(path.join(folder, "node_modules", name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (there.every(Boolean)) return true;
  console.log("installing TensorFlow.js and ONNX Runtime into bench/node_modules");
  const npm = process.env["npm_execpath"];
  const command = npm === undefined ? ["npm"] : [process.execPath, npm];
  const { code, output } = await run([...command, "ci", "--no-audit", "--no-fund"], {
    cwd: folder,
    // Without it, an npm that runs install scripts would fetch a build for graphics cards.
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" },
  });
  if (code !== 0) console.log(`TensorFlow.js and ONNX Runtime are left out: npm ci in bench/ failed: ${output.trim()}`);
  return code === 0;
}

/** @returns {Promise<readonly Contender[]>} */
async function findLibraries() {
  if (!(await installPeers())) return [];
  const peer = (/** @type {string} */ script, /** @type {string} */ kind) => (/** @type {string} */ file) => [
    process.execPath,
    path.join(root, "bench/peers", script),
    kind,
    file,
  ];
  const isSmall = (/** @type {Workload} */ workload) => multiplyAdds(workload) <= mostOfPlain;
  return [
    { id: "tfjs-wasm", command: peer("tfjs.mjs", "wasm"), can: any },
    { id: "tfjs-cpu", command: peer("tfjs.mjs", "cpu"), can: isSmall },
    { id: "ort-node", command: peer("ort.mjs", "node"), can: isInference },
    { id: "ort-web", command: peer("ort.mjs", "web"), can: isInference },
  ].map((one) => ({ ...one, name: nameOf(one.id) }));
}

/**
 * PyTorch, where a Python of this machine has it.
 * @returns {Promise<readonly Contender[]>}
 */
async function findTorch() {
  const python = await findTorchPython();
  if (python === undefined) return [];
  const command = (/** @type {string} */ file) => [python, path.join(root, "bench/peers/torch.py"), file];
  return [{ id: "torch", name: nameOf("torch"), command, can: any }];
}

/**
 * Everyone who can take part here, ours first; says who is left out.
 * @param {{ peers: boolean }} options whether others than ours are wanted
 * @returns {Promise<readonly Contender[]>}
 */
export async function findContenders({ peers }) {
  const found = await findOurs();
  return peers ? [...found, ...(await findLibraries()), ...(await findTorch())] : found;
}
