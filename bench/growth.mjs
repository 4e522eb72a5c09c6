/** How the time of a training step grows with steps, batch and hidden size. */
import { measure } from "./contenders.mjs";
import { printTable, threeDigits } from "./numbers.mjs";
import { loadRecurra } from "./recurra.mjs";
import { multiplyAdds } from "./work.mjs";

const { drawForecast } = await loadRecurra();

/** @typedef {import("./contenders.mjs").Contender} Contender */
/** @typedef {import("./workloads.mjs").Workload} Workload */

/**
 * One size that grows, by the letter it has in a workload, while the others stay.
 * @typedef {object} Axis
 * @property {"T" | "B" | "H"} letter
 * @property {string} name
 * @property {readonly number[]} values
 * @property {string} others the sizes that stay, for people
 */

/** @type {readonly Axis[]} */
const axes = [
  { letter: "T", name: "steps", values: [25, 50, 100, 200, 400], others: "B = 32, H = 128" },
  { letter: "B", name: "batch", values: [1, 2, 4, 8, 16, 32, 64, 128, 256], others: "T = 50, H = 128" },
  { letter: "H", name: "hidden size", values: [16, 32, 64, 128, 256, 512, 1024], others: "B = 32, T = 50" },
];

const fixed = { cell: "LSTM", B: 32, T: 50, I: 64, H: 128, L: 1, O: 8 };
const seconds = 0.3;

/** The times of an axis in milliseconds, by contender. @typedef {{ axis: Axis, times: ReadonlyMap<string, readonly number[]> }} Growth */

/** @param {Axis} axis @returns {readonly Workload[]} */
const workloadsOf = ({ letter, values }) =>
  values.map((value) => {
    const name = `${letter} = ${value}`;
    return { name, mode: "train", sizes: { ...fixed, name, [letter]: value } };
  });

/** @param {readonly Contender[]} contenders @returns {Promise<readonly Growth[]>} */
export async function measureGrowth(contenders) {
  /** @type {Growth[]} */
  const all = [];
  for (const axis of axes) {
    /** @type {Map<string, readonly number[]>} */
    const times = new Map();
    for (const { id, name, command } of contenders) {
      console.log(`growth: ${axis.name} from ${axis.values[0]} to ${axis.values.at(-1)}, ${name}`);
      const brief = (/** @type {string} */ file) => [...command(file), "--seconds", String(seconds)];
      const timings = await measure({ command: brief }, workloadsOf(axis)).catch((error) => {
        console.log(`growth: ${name} failed: ${error.message}`);
        return [];
      });
      times.set(
        id,
        timings.map(({ milliseconds }) => milliseconds),
      );
    }
    all.push({ axis, times });
  }
  return all;
}

/** A value for each mark of the axis; NaN where nothing was measured. @param {Axis} axis @param {readonly number[] | undefined} times */
const valuesOf = ({ values }, times) => values.map((_, at) => times?.[at] ?? NaN);

/**
 * One picture an axis. Beside each measured line lies what the first contender would take if time grew as the multiply-adds do, drawn
 * through its last point.
 * @param {readonly Growth[]} growth
 * @param {readonly Contender[]} contenders
 * @returns {readonly { file: string, title: string, svg: string }[]}
 */
export function drawGrowth(growth, contenders) {
  return growth.map(({ axis, times }) => {
    const work = workloadsOf(axis).map(multiplyAdds);
    const [first] = contenders;
    const last = times.get(first?.id ?? "")?.at(-1) ?? NaN;
    const title = `Time of a training step against ${axis.name}`;
    const svg = drawForecast({
      title,
      x: axis.values.map(String),
      xLabel: `${axis.name} (${axis.letter}); ${axis.others}`,
      yLabel: "milliseconds",
      log: true,
      width: 620,
      height: 400,
      series: [
        ...contenders.map(({ id, name }) => ({ name, values: valuesOf(axis, times.get(id)) })),
        {
          name: "in proportion to the multiply-adds",
          style: /** @type {const} */ ("naive"),
          values: work.map((one) => (one / (work.at(-1) ?? NaN)) * last),
        },
      ],
    });
    return { file: `growth-${axis.name.replace(" ", "-")}.svg`, title, svg };
  });
}

/** The times of an axis as a table. @param {Growth} growth @param {readonly Contender[]} contenders */
export function printGrowth({ axis, times }, contenders) {
  const rows = axis.values.map((value, at) => [
    `${axis.letter} = ${value}`,
    ...contenders.map(({ id }) => threeDigits(times.get(id)?.[at] ?? NaN)),
  ]);
  return printTable([`${axis.name} (${axis.others})`, ...contenders.map(({ name }) => `${name}, ms`)], rows);
}
