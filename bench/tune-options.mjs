/** What `npm run tune` was asked to do. */
import { parseArgs } from "node:util";
import { UsageError } from "./options.mjs";
import { sizeNames, widths } from "./tune-native.mjs";

const usage = "npm run tune -- [native|wasm] [--bits 512,256,128] [--only CHUNK,…] [--rounds N] [--write]";

/** What `--help` prints. */
export const help = `${usage}

Tries sizes of tiles around the present ones, all in turns, and prints how each does on the products of the workloads. With --write the better ones go into
src/codegen/c/tiles.h (native) or the measurements into bench/tiles.json (wasm). Some minutes on a quiet machine.`;

/**
 * @typedef {object} TuneOptions
 * @property {"native" | "wasm"} backend
 * @property {readonly number[]} bits of vectors; those of native code
 * @property {readonly string[]} only names of tiles.h
 * @property {number} rounds
 * @property {boolean} write
 */

/** @param {readonly string[]} args @returns {TuneOptions} throws a `UsageError` */
export function parseTuneOptions(args) {
  const { values, positionals } = parse(args);
  const [backend = "native", extra] = positionals;
  if ((backend !== "native" && backend !== "wasm") || extra !== undefined)
    throw new UsageError(`there is nothing to tune called "${extra ?? backend}"; ${usage}`);
  const { rounds = "7", bits, write = false } = values;
  if (!/^[1-9]\d?$/.test(rounds)) throw new UsageError(`--rounds ${rounds} is not a whole number from 1 to 99`);
  if ((bits ?? values.only) !== undefined && backend === "wasm")
    throw new UsageError("--bits and --only are of native code");
  const chosen = bits?.split(",").map(Number) ?? widths;
  const unknown = chosen.find((one) => !widths.includes(one));
  if (unknown !== undefined) throw new UsageError(`--bits ${bits} has other numbers than ${widths.join(", ")}`);
  const only = values.only?.split(",") ?? sizeNames;
  const other = only.find((name) => !sizeNames.includes(name));
  if (other !== undefined) throw new UsageError(`--only has no "${other}": there are ${sizeNames.join(", ")}`);
  return { backend, bits: chosen, only, rounds: Number(rounds), write };
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        bits: { type: "string" },
        only: { type: "string" },
        rounds: { type: "string" },
        write: { type: "boolean" },
      },
    });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${message.split(/\. |\n/)[0]}; ${usage}`, { cause });
  }
}
