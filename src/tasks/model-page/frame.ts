/** What the page of a model is made of: the document with its style, sections, figures and tables. No script, and nothing is loaded. */
import { escapeXml, localiseNumber, raisePower } from "../../inspect/index.ts";
import { en } from "./words-en.ts";
import type { PageWords } from "./words-en.ts";
import { vi } from "./words-vi.ts";

export type PageLanguage = "en" | "vi";

export const pageLanguages: readonly PageLanguage[] = ["en", "vi"];

const catalogues: Readonly<Record<PageLanguage, PageWords>> = { en, vi };

/** The texts of a language, and numbers as it writes them. */
export interface Voice {
  readonly words: PageWords;
  /** A whole number in full, any other with so many significant digits (3); very small and very large ones with a power of ten. */
  readonly print: (value: number, digits?: number) => string;
  /** What every chart is told of the language. */
  readonly chart: { readonly locale: PageLanguage; readonly nothing: string };
}

export function speakIn(language: PageLanguage): Voice {
  return {
    words: catalogues[language],
    print: (value, digits = 3) => printNumber(value, digits, language),
    chart: { locale: language, nothing: catalogues[language].nothing },
  };
}

function printNumber(value: number, digits: number, language: PageLanguage): string {
  if (Number.isNaN(value)) return "–";
  // The true minus is what both languages print; a hyphen is too short beside digits.
  if (value < 0) return `\u2212${printNumber(-value, digits, language)}`;
  if (value === Infinity) return "∞";
  if (value > 0 && (value < 1e-4 || value >= 1e9))
    return localiseNumber(raisePower(value.toExponential(digits - 1)), language);
  const options = Number.isInteger(value) ? {} : { maximumSignificantDigits: digits };
  return new Intl.NumberFormat(language, options).format(value);
}

// The colours are those of the studio (its tokens), and of the pictures.
const style = `
:root { color-scheme: light dark; --ground: #f5f6f8; --paper: #ffffff; --line: #dde1e8; --ink: #111827; --soft: #4b5563; --accent: #1d4ed8; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0a0f19; --paper: #0f1623; --line: #263143; --ink: #eceff4; --soft: #b6c2d2; --accent: #7fb1ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 66rem; padding: 1rem clamp(0.6rem, 2.5vw, 2rem) 3rem; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: clamp(1.4rem, 1.1rem + 1.6vw, 2.1rem); line-height: 1.2; margin: 1rem 0; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 0.6rem; }
h3 { font-size: 1.05rem; margin: 1.4rem 0 0.5rem; }
section, nav { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: clamp(0.9rem, 2.5vw, 1.6rem); margin: 0 0 1.2rem; }
p { margin: 0 0 0.7rem; max-width: 46rem; overflow-wrap: break-word; }
a { color: var(--accent); }
.soft { color: var(--soft); } .small { font-size: 0.875rem; }
nav ul { margin: 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: 0.3rem 1.2rem; } nav a { display: inline-block; padding: 0.15rem 0; }
dl { display: grid; grid-template-columns: minmax(7rem, auto) 1fr; gap: 0.25rem 1.2rem; margin: 0 0 0.8rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; max-width: 100%; margin-bottom: 0.7rem; }
.scroll:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 0.3rem 0; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { text-align: left; padding: 0.25rem 1rem 0.25rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: middle; }
th { font-weight: 600; } td.number, th.number { text-align: right; }
code { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: 0.92em; }
figure { margin: 0; min-width: 0; } figcaption { margin-top: 0.3rem; }
figure svg, td svg { display: block; max-width: 100%; height: auto; } .keep svg { max-width: none; }
.grid { display: grid; gap: 0.8rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); margin: 0.5rem 0 1rem; }
.small-grid { display: grid; gap: 0.8rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); margin: 0.5rem 0 1rem; }
math { font-size: 1.1rem; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.5rem; } }
@media print { section { break-inside: avoid; } }
`;

/** Nothing may be loaded and no script run, whatever a name in the page says. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

export interface PageSection {
  /** Unique in the page. */
  readonly id: string;
  readonly title: string;
  /** Finished markup. */
  readonly parts: readonly string[];
}

export interface Page {
  readonly title: string;
  readonly lead: readonly string[];
  readonly sections: readonly PageSection[];
  readonly foot: string;
}

/** The whole document, as HTML that is well-formed XML too. */
export function printDocument({ title, lead, sections, foot }: Page, { words }: Voice): string {
  const contents = sections.map(({ id, title: name }) => `<li><a href="#${id}">${escapeXml(name)}</a></li>`);
  const body = [
    `<header>\n<h1>${escapeXml(title)}</h1>\n${lead.join("\n")}\n</header>`,
    `<nav aria-label="${escapeXml(words.contents)}">\n<ul>\n${contents.join("\n")}\n</ul>\n</nav>`,
    "<main>",
    ...sections.map(
      ({ id, title: name, parts }) =>
        `<section aria-labelledby="${id}">\n<h2 id="${id}">${escapeXml(name)}</h2>\n${parts.join("\n")}\n</section>`,
    ),
    "</main>",
    `<footer>${printText(foot, "soft small")}</footer>`,
  ].join("\n");
  const { markup, styles } = shareStyles(body);
  return [
    "<!doctype html>",
    `<html lang="${words.language}">`,
    "<head>",
    '<meta charset="utf-8"/>',
    `<meta http-equiv="Content-Security-Policy" content="${policy}"/>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
    '<meta name="color-scheme" content="light dark"/>',
    `<title>${escapeXml(title)}</title>`,
    `<style>${style}${styles.join("\n")}</style>`,
    "</head>",
    "<body>",
    markup,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** Pictures of one kind have one style sheet, which stands once in the page, under a class of its own: classes of different kinds have the same names. */
function shareStyles(body: string): { readonly markup: string; readonly styles: readonly string[] } {
  const scopes = new Map<string, string>();
  const markup = body.replaceAll(
    /(<svg [^>]*class=")recurra-auto("[^>]*>\s*<title>[^<]*<\/title>)\s*<style>([^<]*)<\/style>/g,
    (_, open: string, rest: string, own: string) => {
      const scope = scopes.get(own) ?? `picture-${scopes.size + 1}`;
      scopes.set(own, scope);
      return `${open}${scope}${rest}`;
    },
  );
  return { markup, styles: [...scopes].map(([own, scope]) => own.replaceAll(".recurra-auto", `.${scope}`)) };
}

/** A paragraph of plain text. */
export function printText(text: string, classes = ""): string {
  return `<p${classes === "" ? "" : ` class="${classes}"`}>${escapeXml(text)}</p>`;
}

/** How a picture is read, and where its definition comes from. */
export function printReading(text: string, source: string | undefined, { words }: Voice): string {
  const from = source === undefined ? "" : `\n<p class="soft small">${escapeXml(`${words.source} ${source}`)}</p>`;
  return `${printText(text)}${from}`;
}

export function printHeading(text: string): string {
  return `<h3>${escapeXml(text)}</h3>`;
}

/** A picture, with a caption where there is one. */
export function printPicture(svg: string, caption?: string): string {
  const below = caption === undefined ? "" : `\n<figcaption class="soft small">${escapeXml(caption)}</figcaption>`;
  return `<figure>\n${svg.trim()}${below}\n</figure>`;
}

/** Pictures beside one another where there is room. */
export function printGrid(pictures: readonly string[], size: "grid" | "small-grid" = "grid"): string {
  return `<div class="${size}">\n${pictures.map((svg) => printPicture(svg)).join("\n")}\n</div>`;
}

/** What may be wider than the page, and is then moved to and fro. */
export function printWide(label: string, markup: string): string {
  return `<div class="scroll keep" role="region" tabindex="0" aria-label="${escapeXml(label)}">\n${markup.trim()}\n</div>`;
}

/** Names beside values; values are finished markup. */
export function printFacts(facts: readonly (readonly [name: string, value: string])[]): string {
  return `<dl>\n${facts.map(([name, value]) => `<dt>${escapeXml(name)}</dt><dd>${value}</dd>`).join("\n")}\n</dl>`;
}

export interface PageColumn {
  readonly title: string;
  readonly isNumber?: boolean;
}

export interface PageTable {
  readonly caption: string;
  /** Whether the section's title says it already: the caption is then read out alone. */
  readonly isTitled?: boolean;
  readonly columns: readonly PageColumn[];
  /** Finished markup, the first of each row its name. */
  readonly rows: readonly (readonly string[])[];
}

/** A table, which is moved to and fro where it is wider than the page. */
export function printPageTable({ caption, isTitled = false, columns, rows }: PageTable): string {
  const classOf = (at: number): string => (columns[at]?.isNumber === true ? ' class="number"' : "");
  const head = columns.map(({ title }, at) => `<th scope="col"${classOf(at)}>${escapeXml(title)}</th>`).join("");
  const body = rows.map(
    (cells) =>
      `<tr>${cells.map((cell, at) => (at === 0 ? `<th scope="row">${cell}</th>` : `<td${classOf(at)}>${cell}</td>`)).join("")}</tr>`,
  );
  return printWide(
    caption,
    `<table>\n<caption>${isTitled ? `<span class="unseen">${escapeXml(caption)}</span>` : escapeXml(caption)}</caption>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join("\n")}\n</tbody>\n</table>`,
  );
}

/** A name of the file or of an equation, in its own letters. */
export function printName(name: string): string {
  return `<code translate="no">${escapeXml(name)}</code>`;
}
