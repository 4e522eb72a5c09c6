/** What a tagger needs beside its network: plain data that is stored in the model file. */
import type { Classes, TagLayout, Vocabulary } from "../../data/index.ts";
import type { PlainData } from "../../util/plain-data.ts";
import { parseVocabulary } from "../parse-vocabulary.ts";
import { storedData } from "../stored-task.ts";
import type { UsualTags } from "./usual-tags.ts";

/** From sentences to the network's inputs, and from its outputs to tags. */
export interface TagTask {
  readonly kind: "tag";
  /** Present where the tags are the marks of letters, and tokens are characters; each text is then its own answer. */
  readonly restore?: "diacritics";
  readonly vocabulary: Vocabulary;
  /** Tags, or marks (`""` for none). */
  readonly classes: Classes;
  /** The marks that letters may have, by letter in lower case; all other tokens have none. Absent where each token may have any tag. */
  readonly possible?: { readonly tokens: readonly string[]; readonly classes: readonly (readonly number[])[] };
  /** The usual tags of words, to be measured beside the network. */
  readonly usual: UsualTags;
  /** Whether the network reads letters with the usual marks of their word, rather than without: of those that restore marks. */
  readonly readsUsual: boolean;
  /** How tagged text is printed; columns where there is none. */
  readonly layout?: TagLayout;
  /** Whether tags were cut to their base. */
  readonly baseTags: boolean;
}

const mostEntries = 10_000_000;

/** A task from a model file, checked. Throws `file/bad-model` naming the place. */
export function parseTagTask(value: unknown, source = "The file"): TagTask {
  const task = storedData(value, "preprocessing", source).object();
  const classes = task
    .get("classes")
    .object()
    .get("names")
    .array(100_000)
    .map((name) => name.text());
  const usual = task.get("usual").object();
  const restore = task.find("restore")?.oneOf(["diacritics"]);
  const layout = task.find("layout")?.oneOf(["columns", "slashed"]);
  const possible = task.find("possible");
  return {
    kind: task.get("kind").oneOf(["tag"]),
    ...(restore === undefined ? {} : { restore }),
    vocabulary: parseVocabulary(task.get("vocabulary")),
    classes: { kind: "classes", names: classes },
    ...(possible === undefined ? {} : { possible: parseChoices(possible, "tokens", classes.length) }),
    usual: {
      otherwise: usual.get("otherwise").whole(0, classes.length - 1),
      ...parseChoices(task.get("usual"), "words", classes.length),
    },
    readsUsual: task.find("readsUsual")?.flag() ?? false,
    ...(layout === undefined ? {} : { layout }),
    baseTags: task.get("baseTags").flag(),
  };
}

function parseTexts(data: PlainData): readonly string[] {
  return data.array(mostEntries).map((entry) => entry.text());
}

/** Texts, and lists of classes that are as many. */
function parseChoices<K extends "tokens" | "words">(
  data: PlainData,
  key: K,
  count: number,
): { readonly [N in K | "classes"]: N extends "classes" ? readonly (readonly number[])[] : readonly string[] } {
  const choices = data.object();
  const names = parseTexts(choices.get(key));
  const classes = choices.get("classes");
  const lists = classes.array(mostEntries).map((own) => own.array(10_000).map((one) => one.whole(0, count - 1)));
  const none = lists.findIndex(({ length }) => length === 0);
  if (none >= 0) classes.fail(`has no class for ${JSON.stringify(names[none]?.slice(0, 40) ?? "")}`);
  if (lists.length !== names.length) classes.fail(`has ${lists.length} entries for ${names.length} ${key}`);
  return { [key]: names, classes: lists } as never;
}
