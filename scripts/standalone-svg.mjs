/** An SVG of a page as one that stands alone, and several of them in one. */

/**
 * Prints an SVG with its styles as attributes and without what only a page needs. Runs in the page, so it may use nothing from outside itself.
 * @param {Element} svg
 * @param {string} prefix of its ids: an SVG of several has one for each
 * @returns {string}
 */
export function printStandalone(svg, prefix) {
  /** What an element takes from those around it. */
  const inherited =
    "fill stroke stroke-width stroke-dasharray stroke-linecap stroke-linejoin paint-order font-family font-size font-style font-weight text-anchor".split(
      " ",
    );
  /** What is not inherited, with the value that need not be said. */
  const own = { opacity: "1", "fill-opacity": "1", "stroke-opacity": "1", "stop-color": "rgb(0, 0, 0)" };
  const kept = /^(d|[xyr]|[xy][12]|[cdr][xy]|width|height|points|transform|gradient\w+|offset|id)$/;

  /** @param {string} text */
  const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
  /** @param {string} text */
  const shorten = (text) => text.replaceAll(/-?\d+\.\d+/g, (number) => String(Math.round(Number(number) * 100) / 100));

  /**
   * @param {CSSStyleDeclaration} style
   * @param {string} property
   */
  const read = (style, property) => {
    const value = style.getPropertyValue(property);
    if (property === "font-family")
      return value.includes("serif") && !value.includes("sans-serif") ? "Georgia, serif" : "system-ui, sans-serif";
    const [red, green, blue, alpha] = (/^rgba?\((.*)\)$/.exec(value)?.[1] ?? "").split(", ").map(Number);
    if (red === undefined || green === undefined || blue === undefined)
      return shorten(value.replaceAll("px", "").replaceAll(/url\("#(.*?)"\)/g, `url(#${prefix}$1)`));
    if (alpha === 0) return "none";
    return `#${[red, green, blue].map((one) => one.toString(16).padStart(2, "0")).join("")}`;
  };

  /**
   * @param {Element} element
   * @param {Readonly<Record<string, string>>} above what is inherited
   * @returns {string}
   */
  const print = (element, above) => {
    const style = getComputedStyle(element);
    if (style.display === "none" && element.closest("defs") === null) return "";
    let attributes = "";
    for (const { name, value } of element.attributes)
      if (kept.test(name)) attributes += ` ${name}="${name === "id" ? prefix : ""}${escape(shorten(value))}"`;
    /** @type {Record<string, string>} */
    const now = {};
    for (const name of inherited) {
      const value = read(style, name);
      now[name] = value;
      if (value !== above[name]) attributes += ` ${name}="${escape(value)}"`;
    }
    for (const [name, usual] of Object.entries(own))
      if (style.getPropertyValue(name) !== usual) attributes += ` ${name}="${read(style, name)}"`;
    let inside = "";
    for (const node of element.childNodes)
      inside += node instanceof Element ? print(node, now) : escape(node.textContent ?? "");
    const { localName } = element;
    if (inside !== "") return `<${localName}${attributes}>${inside}</${localName}>`;
    return localName === "g" || localName === "text" ? "" : `<${localName}${attributes}/>`;
  };
  const { width, height } = svg.getBoundingClientRect();
  const style = getComputedStyle(svg);
  const now = Object.fromEntries(inherited.map((name) => [name, read(style, name)]));
  const said = inherited.map((name) => ` ${name}="${now[name]}"`).join("");
  const inside = [...svg.children].map((child) => print(child, now)).join("\n");
  return `<svg width="${Math.round(width)}" height="${Math.round(height)}" viewBox="${svg.getAttribute("viewBox")}"${said}>\n${inside}\n</svg>`;
}

/** Pixels between panels and around them, and of a title. */
const gap = 24;
const titleHeight = 34;

/** @param {string} text */
const escapeText = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/**
 * Several pictures beside and below each other, each under its title, on white paper.
 * @param {readonly { readonly title: string, readonly svg: string }[]} panels their SVG begins with width and height, in pixels
 * @param {{ readonly columns: number }} options
 * @returns {string}
 */
export function composePanels(panels, { columns }) {
  const sizes = panels.map(({ svg }) => {
    const [, width = "", height = ""] = /^<svg width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    return { width: Number(width), height: Number(height) };
  });
  const width = Math.max(...sizes.map((size) => size.width));
  const height = Math.max(...sizes.map((size) => size.height)) + titleHeight;
  const rows = Math.ceil(panels.length / columns);
  const whole = { width: gap + columns * (width + gap), height: gap + rows * (height + gap) };
  const placed = panels.map(({ title, svg }, at) => {
    const x = gap + (at % columns) * (width + gap);
    const y = gap + Math.floor(at / columns) * (height + gap);
    return `<text x="${x}" y="${y + 18}" font-family="system-ui, sans-serif" font-size="18" font-weight="600" fill="#111827">${escapeText(title)}</text>
${svg.replace("<svg", `<svg x="${x}" y="${y + titleHeight}"`)}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${whole.width}" height="${whole.height}" viewBox="0 0 ${whole.width} ${whole.height}">
<rect width="100%" height="100%" rx="10" fill="#ffffff"/>
${placed.join("\n")}
</svg>
`;
}
