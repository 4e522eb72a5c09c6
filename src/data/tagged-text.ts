/** Texts whose tokens carry tags: read from files of a token a line, or of words with slashes, and printed again. */
import { printCount } from "../util/count.ts";
import { RecurraError } from "../util/errors.ts";

/** As many tags as tokens, at least one. */
export interface TaggedSentence {
  readonly tokens: readonly string[];
  readonly tags: readonly string[];
}

/** `columns`: a token and its tag a line, a blank line between sentences; `slashed`: a sentence a line, each word as `word/TAG`. */
export type TagLayout = "columns" | "slashed";

export interface TaggedText {
  readonly kind: "tagged-text";
  /** What messages call it. */
  readonly source: string;
  readonly layout: TagLayout;
  readonly sentences: readonly TaggedSentence[];
}

export interface TaggedTextOptions {
  /** What messages call the text; "The text" where not given. */
  readonly source?: string | undefined;
  /** Found from the first line where not given. */
  readonly layout?: TagLayout | undefined;
  /** Whether tags are cut to their base (see `baseTag`); false where not given. */
  readonly baseTags?: boolean | undefined;
}

/**
 * The sentences of a file of tags. In columns, the token is the first field and the tag the last; fields stand between tabs, or
 * between spaces where a line has no tab, as many in each line, and lines that start with `#` and have no tab are comments. Tokens are brought to
 * Unicode's composed form. Throws `data/empty-file`, and `data/ragged-row` for a token without a tag, with its line.
 */
export function parseTagged(text: string, options: TaggedTextOptions = {}): TaggedText {
  const { source = "The text", baseTags = false } = options;
  const lines = text
    .normalize("NFC")
    .replace(/^\ufeff/u, "")
    .split(/\r\n|\n|\r/u);
  const layout = options.layout ?? findLayout(lines);
  const rows =
    layout === "columns"
      ? readColumns(lines, source)
      : lines.map((line, at) => readSlashed(line, { source, line: at + 1 }));
  const sentences = rows
    .filter((row) => row.length > 0)
    .map((row) => ({
      tokens: row.map(([token]) => token),
      tags: row.map(([, tag]) => (baseTags ? baseTag(tag) : tag)),
    }));
  if (sentences.length === 0) throw new RecurraError("data/empty-file", `${source} holds no tagged sentence.`);
  return { kind: "tagged-text", source, layout, sentences };
}

/**
 * A tag without what is added to it: up to the first of `-`, `+`, `*` or `$` past its first character, and without the `fw-` of foreign
 * words. Of the Brown corpus' `nn-tl`, `np$` and `ppss+hv` it leaves `nn`, `np` and `ppss`.
 */
export function baseTag(tag: string): string {
  const own = /^fw-./iu.test(tag) ? tag.slice(3) : tag;
  return own.slice(0, 1) + (own.slice(1).split(/[-+*$]/u, 1)[0] ?? "");
}

/** Sentences in a layout; in slashed text, one a line. */
export function printTagged(sentences: readonly TaggedSentence[], layout: TagLayout): string {
  const printed = sentences.map(({ tokens, tags }) => {
    const mark = layout === "columns" ? "\t" : "/";
    const words = tokens.map((token, at) => `${token}${mark}${tags[at] ?? ""}`);
    return layout === "columns" ? `${words.join("\n")}\n` : words.join(" ");
  });
  return printed.join("\n");
}

/** Lines that a text is judged by. */
const firstLines = 50;

/** Whether most of the pieces between spaces (in columns: of the lines) that a text begins with look like a token and its tag. */
export function looksTagged(text: string, layout: TagLayout): boolean {
  const lines = text
    .split(/[\r\n]+/u)
    .filter((line) => line.trim() !== "")
    .slice(0, firstLines);
  const pieces = layout === "columns" ? lines : lines.flatMap(fieldsOf);
  const isPair = layout === "columns" ? /\S\s*\t.*\S/u : /^.+\/[^/]+$/u;
  return pieces.filter((piece) => isPair.test(piece)).length * 2 > pieces.length;
}

type Pair = readonly [token: string, tag: string];

interface Place {
  readonly source: string;
  readonly line: number;
}

function findLayout(lines: readonly string[]): TagLayout {
  const first = lines.map((line) => line.trim()).find((line) => line !== "" && !isComment(line)) ?? "";
  return !first.includes("\t") && fieldsOf(first).every((field) => /^.+\/.+$/u.test(field)) ? "slashed" : "columns";
}

/** In columns; a token `#` has a tab after it. */
function isComment(line: string): boolean {
  return line.startsWith("#") && !line.includes("\t") && !/^\S+\/\S/u.test(line);
}

/** Of a line with a tab, what lies between tabs; else what lies between spaces. */
function fieldsOf(line: string): readonly string[] {
  return line.includes("\t") ? line.split("\t").map((field) => field.trim()) : line.trim().split(/\s+/u);
}

/** One row a sentence. Lines have the same number of fields: of a text that has no tags, one would not be taken for columns. */
function readColumns(lines: readonly string[], source: string): readonly (readonly Pair[])[] {
  const rows: Pair[][] = [[]];
  let columns: number | undefined;
  lines.forEach((line, at) => {
    if (isComment(line)) return;
    if (line.trim() === "") {
      rows.push([]);
      return;
    }
    const fields = fieldsOf(line);
    columns ??= fields.length;
    const [token = "", tag = ""] = [fields[0], fields.at(-1)];
    if (fields.length < 2 || fields.length !== columns || token === "" || tag === "") {
      const fault =
        fields.length === columns
          ? "is not a token and its tag"
          : `has ${printCount(fields.length, "field")}, not ${columns} as the lines before it`;
      const advice = "give each line a token, a tab and a tag, and a blank line after each sentence";
      throw new RecurraError("data/ragged-row", `${source}, line ${at + 1}: ${quote(line)} ${fault}; ${advice}`, {
        line: at + 1,
      });
    }
    rows.at(-1)?.push([token, tag]);
  });
  return rows;
}

/** The tag stands after the last slash: a fraction such as `1/2/cd` is a word. */
function readSlashed(line: string, { source, line: number }: Place): readonly Pair[] {
  const words = line.split(/\s+/u).filter((word) => word !== "");
  return words.map((word) => {
    const slash = word.lastIndexOf("/");
    if (slash > 0 && slash < word.length - 1) return [word.slice(0, slash), word.slice(slash + 1)];
    throw new RecurraError(
      "data/ragged-row",
      `${source}, line ${number}: ${quote(word)} is not a word, a slash and its tag`,
      {
        line: number,
      },
    );
  });
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
