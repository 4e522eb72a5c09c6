/** The editor of equations: CodeMirror with the colours of the language. Loaded on demand. */
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import type { Text } from "@codemirror/state";
import { Decoration, EditorView, keymap, lineNumbers, MatchDecorator, ViewPlugin } from "@codemirror/view";
import type { DecorationSet, ViewUpdate } from "@codemirror/view";

/** Where equations are wrong, from 1. */
export interface EditorFault {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export interface EditorOptions {
  readonly parent: HTMLElement;
  readonly text: string;
  /** What it is, for who cannot see it. */
  readonly label: string;
  readonly describedBy: string;
  readonly onChange: (text: string) => void;
}

export interface EquationEditor {
  /** Nothing happens where the text is the same. */
  setText(text: string): void;
  readText(): string;
  setFault(fault: EditorFault | undefined): void;
  dispose(): void;
}

const functions =
  /^(sigmoid|tanh|relu|hard_sigmoid|softplus|exp|log|sqrt|abs|sign|min|max|norm|attend|sum|sin|cos|softmax|elu|gelu|silu|selu)$/;

/** Comments, functions, next values, numbers: by the first group that has matched. */
const words = new MatchDecorator({
  regexp: /(#.*)|([A-Za-z_]\w*'+)|([A-Za-z_]\w*)|(\d+(?:\.\d+)?)/g,
  decoration: ([word = "", comment, next, , number]) => {
    const kind =
      comment !== undefined
        ? "comment"
        : next !== undefined
          ? "next"
          : number !== undefined
            ? "number"
            : functions.test(word)
              ? "function"
              : /^[A-Z]/.test(word)
                ? "matrix"
                : "name";
    return Decoration.mark({ class: `equation-${kind}` });
  },
});

class Colours {
  decorations: DecorationSet;

  constructor(view: EditorView) {
    this.decorations = words.createDeco(view);
  }

  update(update: ViewUpdate): void {
    this.decorations = words.updateDeco(update, this.decorations);
  }
}

const colours = ViewPlugin.fromClass(Colours, { decorations: ({ decorations }) => decorations });

/** The stretch of the text that a fault is about: the word at its place, or a character, or the line where it ends before. */
function stretchOf(text: Text, { line: number, column }: EditorFault): { readonly from: number; readonly to: number } {
  const line = text.line(Math.min(text.lines, Math.max(1, number)));
  const at = Math.min(line.length, Math.max(0, column - 1));
  const [word = ""] = /^(?:\w+'*|\S)/.exec(line.text.slice(at)) ?? [];
  if (word !== "") return { from: line.from + at, to: line.from + at + word.length };
  return { from: Math.max(line.from, line.from + at - 1), to: line.from + Math.max(at, Math.min(1, line.length)) };
}

export function createEditor({ parent, text, label, describedBy, onChange }: EditorOptions): EquationEditor {
  let isSetting = false;
  let isMarked = false;
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        history(),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        colours,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": describedBy, spellcheck: "false" }),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged && !isSetting) onChange(state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText: (next) => {
      const now = view.state.doc.toString();
      if (now === next) return;
      isSetting = true;
      view.dispatch({ changes: { from: 0, to: now.length, insert: next } });
      isSetting = false;
    },
    readText: () => view.state.doc.toString(),
    setFault: (fault) => {
      if (fault === undefined && !isMarked) return;
      isMarked = fault !== undefined;
      const found =
        fault === undefined
          ? []
          : [{ ...stretchOf(view.state.doc, fault), severity: "error" as const, message: fault.message }];
      view.dispatch(setDiagnostics(view.state, found));
    },
    dispose: () => view.destroy(),
  };
}
