/** docs/performance.md: what a whole run has found. */
import { mostCost, printCells, printCostly } from "./cells.mjs";
import { printFloors, printLimits } from "./limits.mjs";
import { printRuns, printSteps } from "./memory.mjs";
import { largestSpread } from "./rounds.mjs";
import { listWorkloads, printTimes, printVariants } from "./tables.mjs";
import { countTargets, judgeTargets, printBeyond, printTargets } from "./targets.mjs";

/**
 * @typedef {object} Findings
 * @property {readonly string[]} machine
 * @property {number} rounds
 * @property {import("./rounds.mjs").Results} results
 * @property {import("./limits.mjs").MachineLimits} limits
 * @property {readonly { file: string, title: string }[]} pictures
 * @property {readonly import("./cells.mjs").CellCost[]} cells
 * @property {readonly import("./memory.mjs").Memory[]} memory
 * @property {readonly import("./contenders.mjs").Contender[]} backends of ours that grow, cells and memory were measured on
 */

/** @param {Findings} findings */
export function printPage(findings) {
  return `# Performance

${printHead(findings)}

## Targets

${printTargetPart(findings)}

## One training step

Forward over the stack, a linear head on the last step, mean squared error, full backward, Adam.

${printTimes(findings.results, "train")}

## One inference call

Outputs and final states; with T = 1, one step of a stream. PyTorch and ONNX Runtime are handed the states; TensorFlow.js keeps them.

${printTimes(findings.results, "infer")}
${printVariantPart(findings)}
## The limits of the machine

${printLimitPart(findings)}

## How time grows

LSTM, I = 64, one layer, a head of 8. Both axes are logarithmic. What runs along the dashed line costs the same a multiply-add at every size.

${findings.pictures.map(({ file, title }) => `![${title}](pictures/${file})`).join("\n\n")}

## Every cell

${printCellPart(findings)}

## Memory

${printMemoryPart(findings)}

${howToRepeat}`;
}

/** @param {Findings} findings */
function printHead({ machine, rounds, results }) {
  const versions = results.contenders
    .filter(({ id }) => !/^(wasm|native)-/.test(id))
    .map(({ id, name }) => `${name} ${results.version(id)}`.trim());
  return `Written by \`npm run bench\`. Everyone takes turns workload by workload for ${rounds} rounds, on one thread unless said, each turn in a
new process and after a warm-up; a figure is the median of the rounds' medians (what takes longer than a few seconds is measured once).
Rounds of one contender on one workload differed by a factor of up to ${largestSpread(results).toFixed(2)}: smaller differences than that mean
little.

${[...machine, versions.join(", ")].map((line) => `- ${line}`).join("\n")}`;
}

/** @param {Findings} findings */
function printTargetPart({ results, limits }) {
  const judged = judgeTargets(results, limits);
  const { measured, reached } = countTargets(judged);
  return `How many times faster ours is than the peer, in this run. ${reached} of ${measured} targets are reached. *Of its floor* says how near ours is
to the limits measured below (100 %: no program could be faster), *at the floor* how many times faster a program at those limits would be.

${[printTargets(judged), printBeyond(judged)].filter((part) => part !== "").join("\n\n")}`;
}

/** @param {Findings} findings */
function printVariantPart({ results, limits }) {
  const table = printVariants(results, limits);
  return table === "" ? "" : `\nTwo threads for training, and weights in fewer bits for streams:\n\n${table}\n`;
}

/** @param {Findings} findings */
function printLimitPart({ results, limits }) {
  const failures = results.failures.map((failure) => `- ${failure}`).join("\n");
  return `Measured in this run by \`bench/programs/limits.c\` (at the compiler's widest vectors) and \`bench/programs/limits.mjs\` (WebAssembly has vectors of
128 bits): the most that was reached in any round.

${printLimits(limits)}

The floor of a workload is the sum over its matrix products of the greater of two times: its multiply-adds at the peak, and one reading of its
matrix from the cache in which all weights lie. Elementwise work (the gates, the optimiser) comes on top.

${printFloors(results, limits)}

The workloads (B batch, T steps, I inputs, H hidden, L layers, O outputs):

${listWorkloads(results.workloads)}${failures === "" ? "" : `\n\nWhat could not be measured:\n\n${failures}`}`;
}

/** @param {Findings} findings */
function printCellPart({ cells, backends }) {
  return `The cost of a training step (I = H, B = 32, T = 50) by the multiply-adds of its products, as a multiple of the LSTM's. What costs more than ${mostCost} is bold.
Cells without recurrent products have little but elementwise work to show for a step. *lstm, typed* is the LSTM's text given as a cell of the
user's own. ${printCostly(cells)}

${printCells(cells, backends)}`;
}

/** @param {Findings} findings */
function printMemoryPart({ memory }) {
  return `A training step of lstm-256 (Adam): what the plan says, and by what the buffers of a fresh process and the process itself grow when the
program is loaded and has run. The process also holds the kernels' code and what made it, which is the same for all of them. Activations are what
the way back needs, and whatever else does not outlive the step.

${printSteps(memory)}

Long runs, after a warm-up of a tenth: what lies on the heap at their end (before garbage is collected), how often garbage was collected, and by what
heap and process had grown once it was.

${printRuns(memory)}`;
}

const howToRepeat = `## Repeat it

\`\`\`sh
npm ci
npm run bench                                # all of it, in some 25 minutes; rewrites this page
npm run bench -- --only lstm-64 --rounds 5   # a part of it; prints only
npm run bench -- --only limits,cells         # limits, growth, cells, memory
\`\`\`

The peers are installed into \`bench/\` the first time; PyTorch is measured where \`python3 -c "import torch"\` works (Debian:
\`python3-torch libopenblas0-pthread\`).
`;
