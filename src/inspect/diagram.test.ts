import { describe, expect, it } from "vitest";
import { expectGolden } from "../../test/support/golden.ts";
import { findXmlFault } from "../../test/support/check-xml.ts";
import { cellNames, cells } from "../cells/index.ts";
import { cell } from "../language/index.ts";
import type { Cell } from "../language/index.ts";
import { drawCell } from "./diagram.ts";
import { layOutFlow } from "./diagram-layout.ts";
import type { PlacedNode } from "./diagram-layout.ts";
import { bundleArrows } from "./flow-bundle.ts";
import { planFlow } from "./flow.ts";
import type { Flow } from "./flow.ts";
import { flattenRichText } from "./rich-text.ts";

/** Cells that use what no built-in cell does. */
const others: Readonly<Record<string, Cell>> = {
  signs: cell("signs", "a = W x - U h - b\ng = sigmoid(a)\nh' = g * h - (1 - g) * tanh(a) - e / (1 + abs(h))", {
    inputs: { e: "H" },
  }),
  functions: cell(
    "functions",
    "V in R^(H x P)\nQ in R^(P x H)\nu = tanh(W x + U h)\nv = softmax(V tanh(Q u + r))\nh' = select(less(u, v), u, v * h / 2) + 0.1 * h",
  ),
  wide: cell(
    "wide",
    `h' = ${Array.from({ length: 12 }, (_, at) => `tanh(W_${at} x + U_${at} h) * relu(V_${at} h)`).join(" + ")} - h * sum(h)`,
  ),
  numbers: cell("numbers", "a = dot(h, W x)\nh' = sigmoid(a) * h + e^2 * exp(-h^2 / 2) - 1e-5 * t", {
    inputs: { e: "H" },
  }),
  stateless: cell("stateless", "y = x"),
  delay: cell("delay", "p in R^I\np' = x\ny = p"),
};

const all: readonly (readonly [string, Cell])[] = [
  ...cellNames.map((name) => [name, cells[name]] as const),
  ...Object.entries(others),
];

/** Drawn once for all tests. */
const pictures: ReadonlyMap<Cell, string> = new Map(all.map(([, drawn]) => [drawn, drawCell(drawn)]));

/** `from → to mark` by what stands in the nodes. */
function listArrows(flow: Flow): readonly string[] {
  const label = new Map(flow.nodes.map(({ id, label, name }) => [id, flattenRichText(name ?? label)]));
  return flow.edges.map(
    ({ from, to, mark }) => `${label.get(from) ?? ""} → ${label.get(to) ?? ""}${mark === undefined ? "" : ` ${mark}`}`,
  );
}

function labelsOf(flow: Flow, kind: string): readonly string[] {
  return flow.nodes.filter((node) => node.kind === kind).map(({ label, name }) => flattenRichText(name ?? label));
}

describe.each(cellNames)("the diagram of %s", (name) => {
  it("is the reviewed one", () => {
    const svg = pictures.get(cells[name]) ?? "";
    expectGolden(`${name}/diagram.svg`, svg);
  });
});

describe.each(all)("the flow of %s", (_, drawn) => {
  const flow = planFlow(drawn);
  const layout = layOutFlow(bundleArrows(flow), 0);

  it("has every state come in where it is read and go out, and one output", () => {
    expect(labelsOf(flow, "next")).toHaveLength(drawn.states.length);
    expect(flow.nodes.filter(({ caption }) => caption?.includes("output") === true)).toHaveLength(1);
  });

  it("leads from what comes in to what goes out, with nothing left over", () => {
    const lost = flow.nodes.filter(({ id, kind }) => {
      const starts = kind === "input" || kind === "previous" || flow.edges.some(({ to }) => to === id);
      const ends = kind === "next" || kind === "output" || flow.edges.some(({ from }) => from === id);
      return !starts || !ends;
    });
    expect(lost).toEqual([]);
  });

  it("keeps its nodes apart and its arrows off them", () => {
    const { nodes, routes } = layout;
    const box = ({ x, y, width, height }: PlacedNode): readonly number[] => [
      x - width / 2,
      x + width / 2,
      y - height / 2,
      y + height / 2,
    ];
    nodes.forEach((node, at) => {
      const [left = 0, right = 0, top = 0, bottom = 0] = box(node);
      for (const other of nodes.slice(at + 1)) {
        const [otherLeft = 0, otherRight = 0, otherTop = 0, otherBottom = 0] = box(other);
        expect(left < otherRight && otherLeft < right && top < otherBottom && otherTop < bottom).toBe(false);
      }
    });
    for (const { passes } of routes) {
      for (const { column, y } of passes) {
        const hit = nodes.filter((node) => Math.abs(node.x - column.x) <= 1 && Math.abs(node.y - y) < node.height / 2);
        expect(hit.map(({ node }) => node.id)).toEqual([]);
      }
    }
  });
});

describe("planFlow", () => {
  it("tells gates, weighted sums and elementwise work of an LSTM apart", () => {
    const flow = planFlow(cells.lstm);
    expect(labelsOf(flow, "gate")).toEqual(["it", "ft", "ot"]);
    expect(labelsOf(flow, "sum")).toEqual(["gt"]);
    expect(labelsOf(flow, "function")).toEqual(["tanh(ct)"]);
    expect(listArrows(flow)).toEqual(
      expect.arrayContaining(["ct−1 → ⊙", "ft → ⊙", "ct → ct", "ct → tanh(ct)", "⊙ → ht"]),
    );
  });

  it("shows signs and divisors at their arrows", () => {
    const arrows = listArrows(planFlow(others["signs"] ?? cells.rnn));
    expect(arrows.filter((arrow) => arrow.endsWith(" −"))).toEqual(["⊙ → + −", "÷ → + −"]);
    expect(arrows).toContain("1 + |ht−1| → ÷ ÷");
    expect(arrows).toContain("gt → 1−");
  });

  it("says below the picture what parameters alone decide", () => {
    const notes = planFlow(cells.lru).notes.map(flattenRichText);
    expect(notes).toEqual(["r = exp(−exp(ν))", "a = r ⊙ cos(exp(θ))", "b = r ⊙ sin(exp(θ))", "g = √(1 − r ⊙ r)"]);
    expect(planFlow(cells.leaky).notes.map(flattenRichText)).toEqual(["α = 0.3"]);
  });
});

describe("bundleArrows", () => {
  it("runs the arrows of input and state to the four gates of an LSTM through one point", () => {
    const flow = planFlow(cells.lstm);
    const bundled = bundleArrows(flow);
    expect(bundled.nodes.filter(({ kind }) => kind === "junction")).toHaveLength(1);
    expect(bundled.edges).toHaveLength(flow.edges.length - 2);
  });

  it("leaves two boxes alone", () => {
    expect(bundleArrows(planFlow(cells["min-gru"]))).toEqual(planFlow(cells["min-gru"]));
  });
});

describe("drawCell", () => {
  it.each(all)("draws %s as well-formed XML without scripts or outside references", (_, drawn) => {
    const svg = pictures.get(drawn) ?? "";
    expect(findXmlFault(svg)).toBeUndefined();
    expect(svg).not.toMatch(/<script|href|url\(|@import| id="/);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("gives the same picture each time", () => {
    expect(drawCell(cells["lstm-fgr"])).toBe(pictures.get(cells["lstm-fgr"]));
  });

  it("escapes a hostile name and keeps it within the picture", () => {
    const hostile = '</text><script>alert("1")</script> & \u0000 '.repeat(20);
    const svg = drawCell(cell(hostile, "h' = tanh(W x + U h + b)", { summary: hostile }));
    expect(findXmlFault(svg)).toBeUndefined();
    expect(svg).not.toContain("<script");
    expect(
      drawCell(cells.rnn, { title: hostile, subtitle: hostile, words: { gate: hostile, input: "<b>" } }),
    ).toContain("&lt;b&gt;");
  });

  it("takes a theme, a title, words of another language, and no legend", () => {
    const svg = drawCell(cells.rnn, {
      theme: "dark",
      title: "Mạng hồi quy",
      subtitle: "",
      legend: false,
      words: { input: "đầu vào" },
    });
    expect(svg).toContain("Mạng hồi quy");
    expect(svg).toContain(">đầu vào<");
    expect(svg).not.toContain("@media");
    expect(svg).not.toContain('class="legend"');
  });
});
