/** Draws a cell: the data flow of one step as a standalone SVG. */
import type { Cell } from "../language/index.ts";
import { captionSize, labelSize, layOutFlow, lineHeight } from "./diagram-layout.ts";
import type { Layout, PlacedNode } from "./diagram-layout.ts";
import { diagramCommon, diagramPalette } from "./diagram-palette.ts";
import { headLength, routeArrows } from "./diagram-route.ts";
import type { DrawnEdge } from "./diagram-route.ts";
import { bundleArrows } from "./flow-bundle.ts";
import { englishWords, planFlow } from "./flow.ts";
import type { FlowKind, FlowWords } from "./flow.ts";
import { drawRichText, plainText, richWidth } from "./rich-text.ts";
import type { RichText } from "./rich-text.ts";
import { element, group, printCoordinate, printPicture, textElement } from "./svg.ts";
import type { Theme } from "./svg.ts";
import { textWidth, wrapText } from "./text-width.ts";

export interface DiagramOptions {
  /** The cell's name if absent. */
  readonly title?: string;
  /** A line below the title; the cell's summary if absent. */
  readonly subtitle?: string;
  readonly theme?: Theme;
  /** `false` leaves the legend out. */
  readonly legend?: boolean;
  /** Words in another language than English. */
  readonly words?: Partial<FlowWords>;
}

const margin = 20;

function drawShape({ node, x, y, width, height }: PlacedNode): string {
  if (node.kind === "junction") return element("circle", { class: "junction", cx: x, cy: y, r: 4 });
  const pill = node.kind === "input" || node.kind === "previous" || node.kind === "next" || node.kind === "output";
  const radius = pill || node.kind === "operator" ? Math.min(width, height) / 2 : 6;
  return element("rect", {
    class: `shape ${node.kind}`,
    x: x - width / 2,
    y: y - height / 2,
    width,
    height,
    rx: radius,
  });
}

function drawLabel(placed: PlacedNode): string {
  const { node, lines, x, y } = placed;
  const size = node.kind === "operator" && lines.length === 1 && richWidth(lines[0] ?? [], 17) < 24 ? 17 : labelSize;
  return lines
    .map((line, at) =>
      drawRichText(line, {
        x,
        y: y + (at - (lines.length - 1) / 2) * lineHeight + size * 0.35,
        size,
        className: "label middle",
      }),
    )
    .join("");
}

function drawNode(placed: PlacedNode): string {
  const { node, x, y, height } = placed;
  const name =
    node.kind === "operator" && node.name !== undefined
      ? drawRichText(node.name, { x, y: y - height / 2 - 6, size: 12, className: "label middle" })
      : "";
  const caption =
    node.caption === undefined ? "" : textElement(node.caption, { class: "caption middle", x, y: y + height / 2 + 12 });
  return drawShape(placed) + drawLabel(placed) + name + caption;
}

function drawEdge({ path, tip }: DrawnEdge): string {
  const line = element("path", { class: "arrow", d: path });
  if (tip === undefined) return line;
  const head = element("path", {
    class: "head",
    d: `M${printCoordinate(tip.x)},${printCoordinate(tip.y)}l${-headLength},-3.6v7.2z`,
  });
  return line + head;
}

/** Drawn after all arrows, as one may pass below: a sign beside its arrow, the number of an argument on it. */
function drawMark({ edge, tip, side }: DrawnEdge): string {
  if (edge.mark === undefined || tip === undefined) return "";
  if (/\d/.test(edge.mark))
    return textElement(edge.mark, { class: "mark number end", x: tip.x - headLength - 3, y: tip.y + 4 });
  return textElement(edge.mark, { class: "mark end", x: tip.x - 3, y: tip.y + (side === "above" ? -6 : 15) });
}

const legendOrder: readonly Exclude<FlowKind, "junction">[] = [
  "input",
  "previous",
  "next",
  "output",
  "gate",
  "sum",
  "function",
  "operator",
];

/** One patch for each kind of node that the picture has. */
function drawLegend(
  layout: Layout,
  words: FlowWords,
  at: { readonly x: number; readonly y: number; readonly limit: number },
): { readonly markup: string; readonly height: number } {
  const kinds = new Set(layout.nodes.map(({ node }) => node.kind));
  let x = at.x;
  let y = at.y;
  const items = legendOrder
    .filter((kind) => kinds.has(kind))
    .map((kind) => {
      const word = words[kind];
      const width = 24 + textWidth(word, captionSize);
      if (x > at.x && x + width > at.limit) {
        x = at.x;
        y += 18;
      }
      const round = kind === "sum" || kind === "gate" || kind === "function" ? 2.5 : 6;
      const patch = element("rect", {
        class: `shape ${kind}`,
        x,
        y: y - 9.5,
        width: kind === "operator" ? 12 : 18,
        height: 12,
        rx: round,
      });
      const item = patch + textElement(word, { class: "caption", x: x + 23, y });
      x += width + 16;
      return item;
    });
  return { markup: group("legend", items), height: y - at.y + 18 };
}

function drawNotes(
  notes: readonly RichText[],
  words: FlowWords,
  at: { readonly x: number; readonly y: number },
): readonly string[] {
  return notes.map((note, order) =>
    drawRichText([...plainText(`${order === 0 ? words.with : words.and} `), ...note], {
      x: at.x,
      y: at.y + order * 19,
      size: 12,
      className: "label",
    }),
  );
}

/** The data flow of one step of a cell, from what comes in on the left to what goes out on the right. */
export function drawCell(cell: Cell, options: DiagramOptions = {}): string {
  const { title = cell.name, subtitle = cell.options.summary ?? "", theme = "auto", legend = true } = options;
  const words = { ...englishWords, ...options.words };
  const flow = bundleArrows(planFlow(cell, words));
  const layout = layOutFlow(flow);
  const notesWidth = flow.notes.reduce((most, note) => Math.max(most, richWidth(note, 12) + 40), 0);
  const width = Math.max(360, layout.width + 2 * margin, notesWidth + 2 * margin);
  const limit = width - 2 * margin;
  const headings = wrapText(title, { limit, size: 18, lines: 2, weight: "bold" });
  const subtitles = wrapText(subtitle, { limit, size: 12.5, lines: 2 });
  const content = headings.map((line, at) => textElement(line, { class: "heading", x: margin, y: 34 + at * 22 }));
  let y = 34 + Math.max(0, headings.length - 1) * 22;
  content.push(
    ...subtitles.map((line, at) => textElement(line, { class: "subtitle", x: margin, y: y + 20 + at * 17 })),
  );
  y += 22 + subtitles.length * 17;
  const shift = { x: (width - layout.width) / 2, y };
  const arrows = routeArrows(layout);
  const marks = arrows.map(drawMark).filter((mark) => mark !== "");
  const picture = [
    group("arrows", arrows.map(drawEdge)),
    group("marks", marks),
    group("nodes", layout.nodes.map(drawNode)),
  ];
  content.push(
    element(
      "g",
      { transform: `translate(${printCoordinate(shift.x)},${printCoordinate(shift.y)})` },
      `\n${picture.join("\n")}\n`,
    ),
  );
  y += layout.height + 26;
  content.push(group("notes", drawNotes(flow.notes, words, { x: margin, y })));
  y += flow.notes.length * 19 + (flow.notes.length > 0 ? 10 : 0);
  const patches = drawLegend(layout, words, { x: margin, y: y + 4, limit: width - margin });
  if (legend) content.push(patches.markup);
  const height = y + (legend ? patches.height : 0);
  return printPicture({
    width: Math.ceil(width),
    height: Math.ceil(height),
    title: `${title}: data flow of one step`,
    theme,
    common: diagramCommon,
    palette: diagramPalette,
    content,
  });
}
