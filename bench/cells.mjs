/** What every registered cell costs beside the LSTM, and a cell someone typed beside the same one built in. */
import { countMultiplyAdds } from "./cell-work.mjs";
import { measure } from "./contenders.mjs";
import { median, printTable, threeDigits } from "./numbers.mjs";
import { loadRecurra } from "./recurra.mjs";

const { cellNames, cells } = await loadRecurra();

/** @typedef {import("./contenders.mjs").Contender} Contender */
/** @typedef {import("./workloads.mjs").Workload} Workload */

/**
 * For each cell and contender, how many times the LSTM's cost its multiply-adds have; by size of the hidden state.
 * @typedef {{ name: string, contender: string, hidden: number, cost: number, ratio: number }} CellCost
 */

const hiddenSizes = [128, 256];
const common = { B: 32, T: 50, L: 1, O: 1 };
const passes = 3;
const seconds = 0.05;
/** The registered name of the LSTM, and of the same equations given as a text. */
const baseline = "lstm";
const typed = "lstm, typed";

/** How many times the LSTM's cost a cell may have. */
export const mostCost = 1.5;

/** @param {string} name @param {number} hidden @returns {Workload} */
function workloadOf(name, hidden) {
  const sizes = { name, I: hidden, H: hidden, ...common };
  const equations = name === typed ? { cell: "mine", equations: cells[baseline].text } : { cell: name };
  return { name, mode: "train", sizes: { ...sizes, ...equations } };
}

/**
 * All cells one after the other in passes, the LSTM first; each pass has ratios of its own, of which the median counts.
 * @param {readonly Contender[]} contenders
 * @returns {Promise<readonly CellCost[]>}
 */
export async function measureCells(contenders) {
  const recurrent = cellNames.filter((name) => cells[name].states.length > 0 && cells[name].memories.length === 0);
  const names = [baseline, typed, ...recurrent.filter((name) => name !== baseline)];
  /** @type {CellCost[]} */
  const costs = [];
  for (const hidden of hiddenSizes) {
    const workOf = (/** @type {string} */ name) =>
      countMultiplyAdds(cells[recurrent.find((one) => one === name) ?? baseline], { ...common, I: hidden, H: hidden });
    /** @type {Map<string, { costs: number[], ratios: number[] }>} */
    const found = new Map();
    for (let pass = 1; pass <= passes; pass++) {
      for (const contender of contenders) {
        console.log(`cells: H = ${hidden}, pass ${pass} of ${passes}, ${contender.name}`);
        const timings = await timeCells(contender, names, hidden);
        const cost = (/** @type {string} */ name) => (timings.get(name) ?? NaN) / workOf(name);
        for (const name of names) {
          const key = `${name} ${contender.id}`;
          const entry = found.get(key) ?? { costs: [], ratios: [] };
          found.set(key, entry);
          entry.costs.push(cost(name));
          entry.ratios.push(cost(name) / cost(baseline));
        }
      }
    }
    for (const contender of contenders) {
      for (const name of names) {
        const { costs: all = [], ratios = [] } = found.get(`${name} ${contender.id}`) ?? {};
        costs.push({ name, contender: contender.id, hidden, cost: median(all), ratio: median(ratios) });
      }
    }
  }
  return costs;
}

/**
 * Milliseconds of each cell's training step; a cell that fails is named and left out.
 * @param {Contender} contender
 * @param {readonly string[]} names
 * @param {number} hidden
 */
async function timeCells(contender, names, hidden) {
  const brief = {
    command: (/** @type {string} */ file) => [...contender.command(file), "--seconds", String(seconds)],
  };
  /** @type {Map<string, number>} */
  const times = new Map();
  const workloads = names.map((name) => workloadOf(name, hidden));
  const all = await measure(brief, workloads).catch(() => undefined);
  for (const { name, milliseconds } of all ?? (await timeSingly(brief, workloads))) times.set(name, milliseconds);
  return times;
}

/** One process a cell, where one of them stops the others. @param {Pick<Contender, "command">} contender @param {readonly Workload[]} workloads */
async function timeSingly(contender, workloads) {
  const timings = [];
  for (const workload of workloads) {
    const found = await measure(contender, [workload]).catch((error) => {
      console.log(`cells: ${workload.name} failed: ${error.message}`);
      return [];
    });
    timings.push(...found);
  }
  return timings;
}

/** @param {readonly CellCost[]} costs @param {readonly Contender[]} contenders */
export function printCells(costs, contenders) {
  const columns = contenders.flatMap(({ id, name }) => hiddenSizes.map((hidden) => ({ id, name, hidden })));
  const names = [...new Set(costs.map(({ name }) => name))];
  const rows = names.map((name) => [
    name,
    ...columns.map(({ id, hidden }) => {
      const ratio =
        costs.find((one) => one.name === name && one.contender === id && one.hidden === hidden)?.ratio ?? NaN;
      return ratio > mostCost ? `**${threeDigits(ratio)}**` : threeDigits(ratio);
    }),
  ]);
  return printTable(["cell", ...columns.map(({ name, hidden }) => `${name}, H = ${hidden}`)], rows);
}

/** A sentence on the cells that cost too much. @param {readonly CellCost[]} costs */
export function printCostly(costs) {
  const names = new Set(costs.filter(({ ratio }) => ratio > mostCost).map(({ name }) => name));
  return names.size === 0 ? "None does." : `Those are ${[...names].join(", ")}.`;
}
