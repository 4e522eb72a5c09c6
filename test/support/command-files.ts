/** Files for commands: a series, texts with a mood and stars, and a text to go on with. */

const date = (row: number): string => new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(0, 10);
const level = (row: number): string => (100 + [-30, -25, 5, 10, 8, 12, 6][row % 7]! + ((row * 37) % 11) / 2).toFixed(2);
const sales = Array.from(
  { length: 300 },
  (_, row) => `${date(row)},${level(row)},${row % 5},${row % 2 === 0 ? "even" : "odd"}`,
);

/** `date,sales,price,parity`, with a week in it, 300 days or fewer. */
export function salesTable(rows: number = sales.length): string {
  return `date,sales,price,parity\n${sales.slice(0, rows).join("\n")}\n`;
}

/** `date,sales`, with a value missing. */
export const salesWithHole: string = `date,sales\n${sales
  .map((row, at) => (at === 40 ? `${row.split(",")[0]},` : row.split(",").slice(0, 2).join(",")))
  .join("\n")}\n`;

const moods = ["good", "bad", "fine", "dull"];

/** Rows of a text, its mood and its stars, with tabs between them. */
export const reviewRows: readonly string[] = Array.from({ length: 120 }, (_, row) => {
  const mood = moods[(row * 7) % 4] ?? "";
  return `${row % 2 === 0 ? "the" : "a"} film number ${row} is ${mood}\t${["good", "fine"].includes(mood) ? "like" : "dislike"}\t${(row * 7) % 4}`;
});

export const reviewsTable: string = `review\tmood\tstars\n${reviewRows.join("\n")}\n`;

/** `review,mood`, with a text missing. */
export const reviewsWithGap: string = `review\tmood\n${reviewRows
  .map((line, at) => (at === 7 ? " \tlike" : line.split("\t").slice(0, 2).join("\t")))
  .join("\n")}\n`;

export const verse: string = Array.from({ length: 150 }, (_, row) => `The ${["sun", "moon"][row % 2]} is up.\r\n`).join(
  "",
);

export const ownCell = "z = sigmoid(W_z x + U_z h)\nh' = z * h + (1 - z) * tanh(W x)\n";
