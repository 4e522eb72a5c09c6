/** A check that text is well-formed XML: enough of the standard for the SVG and MathML printed here. */

const tokens =
  /<!--[\s\S]*?-->|<\/([A-Za-z][\w:.-]*)\s*>|<([A-Za-z][\w:.-]*)((?:\s+[A-Za-z_:][\w:.-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
const reference = /&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);/g;

/** The first thing wrong with the text, or undefined where it is one well-formed element. */
export function findXmlFault(text: string): string | undefined {
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text) || !text.isWellFormed())
    return "a character that XML cannot hold";
  if (text.replace(reference, "").includes("&")) return "a bare ampersand";
  const open: string[] = [];
  let roots = 0;
  tokens.lastIndex = 0;
  while (tokens.lastIndex < text.length) {
    const at = tokens.lastIndex;
    const token = tokens.exec(text);
    if (token === null) return `no XML at ${at}: ${text.slice(at, at + 40)}`;
    const [, close, start, attributes = "", empty, content] = token;
    if (content !== undefined && open.length === 0 && content.trim() !== "")
      return `text outside the root: ${content.trim().slice(0, 40)}`;
    if (start !== undefined) {
      if (open.length === 0) roots++;
      const names = [...attributes.matchAll(/([A-Za-z_:][\w:.-]*)=/g)].map(([, name]) => name);
      if (new Set(names).size !== names.length) return `an attribute twice in <${start}${attributes}>`;
      if (empty === "") open.push(start);
    }
    if (close !== undefined && open.pop() !== close) return `</${close}> closes nothing`;
  }
  if (open.length > 0) return `<${open.at(-1) ?? ""}> is not closed`;
  return roots === 1 ? undefined : `${roots} roots`;
}
