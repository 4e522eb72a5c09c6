/** A training's report as one HTML page that stands alone: scores, pictures, loss curve and settings. */
import { printCount } from "../util/count.ts";
import { drawCurves, escapeXml, printQuantity } from "../inspect/index.ts";
import type { TrainingSummary } from "./summary.ts";
import type { TaskReport } from "./task-kind.ts";

export interface ReportOptions {
  readonly title: string;
  /** What was to be learned, from what, by which network: plain lines. */
  readonly plan: string;
  /** Scores beside the baselines: plain lines, with an empty one between tables and sentences. */
  readonly scores: string;
  readonly summary: TrainingSummary;
  readonly report?: TaskReport | undefined;
  /** What a row of the data is; a row where absent. */
  readonly item?: string | undefined;
  /** Other settings, by name. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

// The widest usual tables, of some 140 columns, fit a page from 1000 pixels on.
const style = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 84rem; margin: 2rem auto; padding: 0 1rem; }
p { white-space: pre-wrap; max-width: 72rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
pre { overflow-x: auto; padding: 0.8rem 1rem; border: 1px solid #8884; border-radius: 6px; font-size: clamp(0.65rem, 1.1vw, 0.8rem); }
pre.plan { white-space: pre-wrap; }
figure { margin: 1rem 0; overflow-x: auto; } figure svg { max-width: 100%; height: auto; }
figcaption { font-weight: 600; margin-bottom: 0.4rem; }
table { border-collapse: collapse; } td, th { text-align: left; padding: 0.15rem 1.2rem 0.15rem 0; vertical-align: top; }
`;

/** The page. Nothing in it is fetched from anywhere, and there is no script. */
export function printReport({
  title,
  plan,
  scores,
  summary,
  report = {},
  item = "row",
  settings = {},
}: ReportOptions): string {
  const { text = [], pictures = [] } = report;
  return printPage(title, [
    `<pre class="plan">${escapeXml(plan)}</pre>`,
    printSection("Scores", [printLines(scores), ...text.map((one) => `<p>${escapeXml(one)}</p>`)].join("\n")),
    ...(pictures.length === 0 ? [] : [printSection("Pictures", pictures.map(printFigure).join("\n"))]),
    printSection("Learning", printFigure({ title: "Loss by epoch", markup: drawHistory(summary) })),
    printSection("Settings", printSettings(summary, { item, others: settings })),
  ]);
}

/** A page of these parts. */
export function printPage(title: string, parts: readonly string[]): string {
  return [
    "<!doctype html>",
    '<html lang="en">',
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeXml(title)}</title><style>${style}</style></head>`,
    "<body>",
    `<h1>${escapeXml(title)}</h1>`,
    ...parts,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

export function printSection(name: string, body: string): string {
  return `<section>\n<h2>${escapeXml(name)}</h2>\n${body}\n</section>`;
}

export function printFigure({ title, markup }: { readonly title: string; readonly markup: string }): string {
  return `<figure>\n<figcaption>${escapeXml(title)}</figcaption>\n${markup.trim()}\n</figure>`;
}

/** Plain lines: what has indented lines, or columns with wide gaps, is a table, which scrolls; all else are sentences, which wrap. */
export function printLines(lines: string): string {
  return lines
    .split(/\n{2,}/)
    .map((block) =>
      /^ |\S {2,}\S/m.test(block)
        ? `<pre>${escapeXml(block)}</pre>`
        : block
            .split("\n")
            .map((line) => `<p>${escapeXml(line)}</p>`)
            .join("\n"),
    )
    .join("\n");
}

/** Loss over epochs, training beside validation, the kept epoch marked. */
export function drawHistory({ history, loss, kept }: TrainingSummary): string {
  const isWatched = history.some(({ validation }) => validation !== undefined);
  return drawCurves({
    title: "Loss by epoch",
    yLabel: `${loss} loss`,
    curves: [
      { name: "training", values: history.map((record) => record.loss) },
      ...(isWatched ? [{ name: "validation", values: history.map(({ validation = NaN }) => validation) }] : []),
    ],
    mark: { at: kept.epoch, name: "kept" },
    height: 320,
  });
}

interface OtherSettings {
  readonly item: string;
  readonly others: Readonly<Record<string, string>>;
}

function printSettings(summary: TrainingSummary, { item, others }: OtherSettings): string {
  const { data, parts, seed, batch, loss, optimiser, epochs, because, kept } = summary;
  const rows: Readonly<Record<string, string>> = {
    data: `${data.source} (${printCount(data.rows, item)})`,
    parts: `${printQuantity(parts.train)} to learn from, ${printQuantity(parts.validation)} for validation, ${printQuantity(parts.test)} for the test`,
    seed: String(seed),
    learning: `${optimiser} on the ${loss} loss, batches of ${batch}`,
    epochs: `${epochs}, ended by ${because}; kept epoch ${kept.epoch} with a loss of ${kept.loss.toPrecision(4)}`,
    ...others,
  };
  const cells = Object.entries(rows).map(
    ([name, value]) => `<tr><th>${escapeXml(name)}</th><td>${escapeXml(value)}</td></tr>`,
  );
  return `<table>\n${cells.join("\n")}\n</table>`;
}
