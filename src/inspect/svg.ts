/** The few things needed to build a standalone SVG as text: escaping, elements, numbers, and the root with its style sheet. */

/** Light, dark, or whichever the viewer prefers. */
export type Theme = "auto" | "light" | "dark";

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Text made safe for XML content and attribute values; what XML 1.0 cannot hold becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;")
    .replace(/'/g, "&#39;");
}

/** A coordinate with at most two decimals: small files, and the same text on every machine. */
export function printCoordinate(value: number): string {
  const rounded = Math.round(value * 100) / 100;
  return Object.is(rounded, -0) ? "0" : String(rounded);
}

/** One element. `children` is finished markup; attributes that are `undefined` are left out. */
export function element(tag: string, attributes: Attributes, children = ""): string {
  let text = `<${tag}`;
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    text += ` ${name}="${typeof value === "number" ? printCoordinate(value) : escapeXml(value)}"`;
  }
  return children === "" ? `${text}/>` : `${text}>${children}</${tag}>`;
}

/** A text element around plain text. */
export function textElement(text: string, attributes: Attributes): string {
  return element("text", attributes, escapeXml(text));
}

/** A group with a class; nothing where there is nothing to group. */
export function group(className: string, children: readonly string[]): string {
  return children.length === 0 ? "" : element("g", { class: className }, `\n${children.join("\n")}\n`);
}

/** Declarations by class, once for a light ground and once for a dark one. */
export interface Palette {
  readonly light: Readonly<Record<string, string>>;
  readonly dark: Readonly<Record<string, string>>;
}

/** The fonts text is measured for: Helvetica's metrics, under the names it has on each system. */
const fontFamily = "Helvetica,Arial,'Liberation Sans',sans-serif";

function printRules(scope: string, rules: Readonly<Record<string, string>>): string {
  return Object.entries(rules)
    .map(([name, declarations]) => `${scope} .${name}{${declarations}}`)
    .join("\n");
}

/** Rules carry the theme in their scope, so that pictures with different themes can stand in one page. */
function printStyle(theme: Theme, common: Readonly<Record<string, string>>, palette: Palette): string {
  const scope = `.recurra-${theme}`;
  const parts = [`${scope}{font-family:${fontFamily}}`, printRules(scope, common)];
  parts.push(printRules(scope, theme === "dark" ? palette.dark : palette.light));
  if (theme === "auto") parts.push(`@media (prefers-color-scheme:dark){\n${printRules(scope, palette.dark)}\n}`);
  return parts.join("\n");
}

export interface Picture {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Read out by screen readers. */
  readonly title: string;
  readonly theme: Theme;
  /** Declarations by class that hold on every ground. */
  readonly common: Readonly<Record<string, string>>;
  /** Has at least the class `ground`, the background. */
  readonly palette: Palette;
  /** Finished markup. */
  readonly content: readonly string[];
}

/** A whole SVG file: no script, no outside font, no identifiers that could clash with another picture in the same page. */
export function printPicture(picture: Picture): string {
  const { width, height } = picture;
  const open =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${printCoordinate(width)}" height="${printCoordinate(height)}" ` +
    `viewBox="0 0 ${printCoordinate(width)} ${printCoordinate(height)}" role="img" class="recurra-${picture.theme}">`;
  const lines = [
    open,
    element("title", {}, escapeXml(picture.title)),
    element("style", {}, `\n${printStyle(picture.theme, picture.common, picture.palette)}\n`),
    element("rect", { class: "ground", width, height }),
    ...picture.content.filter((part) => part !== ""),
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}
