/**
 * Damages model files at random and reads them: each must end in a model that runs or in a `RecurraError`, within bounded time and memory. `node scripts/fuzz-formats.mjs [--count 10000] [--seed 1]
 * [FORMATS…]` (after a build). Every case is its seed's: `--only FORMAT:NUMBER` repeats one. A format runs in a process of its own, which is ended where a case takes too long or too much memory.
 */
import { fork } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { root } from "./tools.mjs";

/** Seconds that one case may take, on a busy machine. */
const mostSeconds = 20;
/** Bytes that the process of a format may hold. */
const mostMemory = 3 * 2 ** 30;

/**
 * @typedef {object} Seed
 * @property {string} name
 * @property {Uint8Array} bytes
 * @property {(bytes: Uint8Array) => Promise<unknown>} read reads, and runs what was read where that is simple
 */

const formats = ["onnx", "keras", "torch", "recurra", "numpy"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    from: { type: "string", default: "0" },
  },
});

if (process.send !== undefined) await work(String(positionals[0]));
else await lead();

/** Starts a process for each format, one after the other, and starts it anew after a case that ended it. */
async function lead() {
  const only = values.only?.split(":");
  const wanted = only === undefined ? (positionals.length === 0 ? formats : positionals) : [String(only[0])];
  const unknown = wanted.find((format) => !formats.includes(format));
  if (unknown !== undefined) throw new Error(`no format ${unknown}; there are ${formats.join(", ")}`);
  let isBad = false;
  for (const format of wanted) {
    const count = only === undefined ? Number(values.count) : Number(only[1]) + 1;
    let next = only === undefined ? 0 : Number(only[1]);
    const total = { read: 0, refused: 0, slowest: 0, memory: 0, faults: /** @type {string[]} */ ([]) };
    while (next < count) next = await runProcess(format, next, count, total);
    const { read, refused, slowest, memory, faults } = total;
    console.log(
      `${format}: ${read + refused} files, ${refused} refused, ${read} read, slowest ${slowest.toFixed(2)} s, at most ${Math.round(memory / 2 ** 20)} MiB, ${faults.length} faults`,
    );
    for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
    isBad ||= faults.length > 0;
  }
  process.exitCode = isBad ? 1 : 0;
}

/**
 * Cases from `from` on in one process; gives the number of the case to go on with.
 * @param {string} format
 * @param {number} from
 * @param {number} count
 * @param {{ read: number, refused: number, slowest: number, memory: number, faults: string[] }} total
 * @returns {Promise<number>}
 */
function runProcess(format, from, count, total) {
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(import.meta.url), [
      format,
      "--count",
      String(count),
      "--from",
      String(from),
      "--seed",
      values.seed,
    ]);
    let at = from;
    let watch = setTimeout(() => undefined, 0);
    const end = (/** @type {string} */ fault) => {
      total.faults.push(`${format}:${at}: ${fault}`);
      child.kill("SIGKILL");
    };
    const look = () => {
      clearTimeout(watch);
      watch = setTimeout(() => end(`took more than ${mostSeconds} s`), (mostSeconds + 30 * Number(at === from)) * 1000);
    };
    look();
    child.on("message", (/** @type {{ at: number, outcome: string, seconds: number, memory: number }} */ said) => {
      if (said.outcome === "read" || said.outcome === "refused") total[said.outcome]++;
      else total.faults.push(`${format}:${said.at}: ${said.outcome}`);
      total.slowest = Math.max(total.slowest, said.seconds);
      total.memory = Math.max(total.memory, said.memory);
      at = said.at + 1;
      look();
      if (said.memory > mostMemory) end("took too much memory");
    });
    child.on("exit", (code) => {
      clearTimeout(watch);
      if (at < count && code !== null && code !== 0)
        total.faults.push(`${format}:${at}: the process ended with ${code}`);
      resolve(at < count ? at + 1 : count);
    });
  });
}

/**
 * Reads damaged files of one format.
 * @param {string} format
 */
async function work(format) {
  const { createRandom, RecurraError } = await import("../dist/index.js");
  const seeds = await seedsOf(format);
  for (let at = Number(values.from); at < Number(values.count); at++) {
    const random = createRandom(Number(values.seed) * 1_000_003 + at);
    const [seed, other] = [seeds.at(random.integer(seeds.length)), seeds.at(random.integer(seeds.length))];
    if (seed === undefined || other === undefined) throw new Error(`there are no files of ${format}`);
    const bytes = damage(seed.bytes, other.bytes, random);
    const start = performance.now();
    let outcome = "read";
    try {
      await seed.read(bytes);
    } catch (error) {
      outcome =
        error instanceof RecurraError && error.code !== "internal/impossible"
          ? "refused"
          : `${seed.name}: ${String(error).slice(0, 200)}`;
    }
    process.send?.({ at, outcome, seconds: (performance.now() - start) / 1000, memory: process.memoryUsage().rss });
    // Lets messages out.
    if (at % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  process.disconnect();
}

/**
 * Some bytes changed, cut, repeated, left out, or taken from another file; numbers made very large.
 * @param {Uint8Array} whole
 * @param {Uint8Array} other
 * @param {import("../dist/index.js").Random} random
 * @returns {Uint8Array}
 */
function damage(whole, other, random) {
  /** @type {Uint8Array} */
  let bytes = whole.slice();
  // The head of a file says what is in it: most of what can go wrong begins there.
  const place = () =>
    random.uniform() < 0.25 ? random.integer(Math.min(bytes.length, 512)) : random.integer(bytes.length);
  // A file that is cut or moved about is mostly refused at once; one whose lengths stay goes further.
  const keepsLength = random.uniform() < 0.6;
  for (let n = random.integer(keepsLength ? 2 : 4) + 1; n > 0 && bytes.length > 8; n--) {
    const [from, length] = [place(), random.integer(64) + 1];
    switch (random.integer(keepsLength ? 3 : 7)) {
      case 0:
        bytes[from] = random.integer(256);
        break;
      case 1:
        bytes.set([(bytes.at(from) ?? 0) ^ (1 << random.integer(8))], from);
        break;
      case 2:
        bytes.fill(random.uniform() < 0.5 ? 255 : 127, from, Math.min(bytes.length, from + (random.integer(8) + 1)));
        break;
      case 3:
        bytes = join(bytes.subarray(0, from), bytes.subarray(from + length));
        break;
      case 4:
        bytes = join(bytes.subarray(0, from), bytes.subarray(from, from + length), bytes.subarray(from));
        break;
      case 5:
        bytes = bytes.slice(0, from + 1);
        break;
      default:
        bytes = join(
          bytes.subarray(0, from),
          other.subarray(random.integer(other.length)).subarray(0, length),
          bytes.subarray(from),
        );
    }
  }
  return bytes;
}

/**
 * @param {readonly Uint8Array[]} parts
 * @returns {Uint8Array}
 */
function join(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * Files that are written here, and those that other frameworks made where they are at hand.
 * @param {string} format
 * @returns {Promise<readonly Seed[]>}
 */
async function seedsOf(format) {
  const recurra = await import("../dist/node.js");
  const { readOnnx, writeOnnx } = await import("../dist/formats/onnx/index.js");
  const { readKeras, writeKeras } = await import("../dist/formats/keras/index.js");
  const { readTorch, writeTorch } = await import("../dist/formats/torch/index.js");
  const { readNumpy } = await import("../dist/formats/numpy/index.js");
  const specs = [
    recurra.network({ features: 3 }).recurrent("lstm", { size: 4, direction: "both" }).dense(2).build(),
    recurra.network({ tokens: 9 }).embedding(3).recurrent("gru", { size: 4 }).last().dense(2).build(),
    recurra.network({ features: 2 }).recurrent("janet", { size: 3 }).dense(1).build(),
    recurra
      .network({ features: 2 })
      .convolution(3, { kernel: 3 })
      .recurrent("rnn", { size: 3 })
      .mean()
      .dense(1)
      .build(),
  ];
  const models = specs.map((spec) =>
    recurra.createModel({ spec, parameters: recurra.initialiseNetwork(spec, { seed: 1 }), backend: "reference" }),
  );
  /** @type {Seed[]} */
  const seeds = [];
  /** @type {(name: string, bytes: Uint8Array, read: Seed["read"]) => void} */
  const add = (name, bytes, read) => void seeds.push({ name, bytes, read });
  /** @type {(folder: string, test: RegExp) => readonly string[]} */
  const shared = (folder, test) => {
    const place = path.join(root, "../shared/fixtures", folder);
    if (!existsSync(place)) return [];
    const all = readdirSync(place, { recursive: true }).map(String);
    return all.filter((file) => test.test(file)).map((file) => path.join(place, file));
  };
  /** @type {(read: () => unknown) => Promise<void>} */
  const tried = async (write) => {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof recurra.RecurraError)) throw error;
    }
  };
  switch (format) {
    case "onnx": {
      const read = async (/** @type {Uint8Array} */ bytes) => {
        const model = await readOnnx(bytes, { backend: "reference" });
        const inputs = model.inputs.map(({ name, shape }) => {
          const own = (shape ?? []).map((size) => (typeof size === "number" ? Math.min(size, 8) : 2));
          return [name, { shape: own, data: new Float32Array(own.reduce((a, b) => a * b, 1)) }];
        });
        return model.run(Object.fromEntries(inputs));
      };
      for (const model of models) add("written", writeOnnx(model), read);
      for (const file of [...shared("onnx-node", /model\.onnx$/), ...shared("onnx-torch-export", /\.onnx$/)])
        add(path.basename(path.dirname(file)), readFileSync(file), read);
      break;
    }
    case "keras": {
      const read = (/** @type {Uint8Array} */ bytes) => readKeras(bytes, { backend: "reference" });
      for (const model of models)
        for (const kind of /** @type {const} */ (["keras", "h5"]))
          await tried(async () => add(kind, (await writeKeras(model, { format: kind })).bytes, read));
      for (const file of shared("keras/files", /\.(h5|keras)$/).filter((one) => readFileSync(one).length < 200_000))
        add(path.basename(file), readFileSync(file), read);
      for (const file of shared("keras/tfjs", /model\.json$/)) {
        const weights = readFileSync(path.join(path.dirname(file), "weights.bin"));
        add(file, readFileSync(file), (bytes) => readKeras(bytes, { weights: () => weights, backend: "reference" }));
      }
      break;
    }
    case "torch": {
      const read = (/** @type {Uint8Array} */ bytes) => readTorch(bytes, { backend: "reference" });
      for (const model of models) await tried(() => add("written", writeTorch(model).bytes, read));
      for (const file of shared("torch/checkpoints", /\.(pt|pth|bin|safetensors)$/))
        add(path.basename(file), readFileSync(file), read);
      break;
    }
    case "recurra":
      for (const model of models)
        add("written", recurra.save(model), async (bytes) => recurra.load(bytes, { backend: "reference" }));
      break;
    default:
      for (const shape of ["(2, 3)", "(6,)", "()"]) add("npy", npy(shape), async (bytes) => readNumpy(bytes));
  }
  return seeds;
}

/**
 * As numpy.save writes an array of float32.
 * @param {string} shape
 * @returns {Uint8Array}
 */
function npy(shape) {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }\n`;
  const bytes = new Uint8Array(10 + header.length + 24);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length, 0]);
  bytes.set(new TextEncoder().encode(header), 10);
  return bytes;
}
