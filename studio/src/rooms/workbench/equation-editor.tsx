/** The editor of equations, or a plain field until it is loaded. */
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useWorkbenchWords } from "./use-words.ts";
import type { EditorFault, EquationEditor as Editor } from "./editor-view.ts";

export interface EquationEditorProps {
  readonly text: string;
  readonly fault: EditorFault | undefined;
  readonly onChange: (text: string) => void;
}

export function EquationEditor({ text, fault, onChange }: EquationEditorProps) {
  const words = useWorkbenchWords();
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor>();
  const latest = useRef({ text, onChange });
  latest.current = { text, onChange };
  // What was typed comes back as the text, maybe when more has been typed: it must not undo that.
  const typed = useRef(new Set<string>());
  useEffect(() => {
    let made: Editor | undefined;
    let isLeft = false;
    const load = async (): Promise<void> => {
      const { createEditor } = await import("./editor-view.ts");
      if (isLeft || box.current === null) return;
      made = createEditor({
        parent: box.current,
        text: latest.current.text,
        label: words.editor,
        describedBy: `${id}-help`,
        onChange: (next) => {
          typed.current.add(next);
          latest.current.onChange(next);
        },
      });
      setEditor(made);
    };
    void load();
    return () => {
      isLeft = true;
      made?.dispose();
      setEditor(undefined);
    };
    // A change of language makes another editor: its label is another.
  }, [words, id]);
  useEffect(() => {
    if (editor === undefined) return;
    if (!typed.current.has(text)) editor.setText(text);
    if (editor.readText() === text) typed.current.clear();
  }, [editor, text]);
  useEffect(() => editor?.setFault(fault), [editor, fault]);
  return (
    <div class="equation-editor">
      <div class="field-label" aria-hidden="true">
        {words.editor}
      </div>
      <div ref={box} class={`editor-box${fault === undefined ? "" : " is-wrong"}`} aria-busy={editor === undefined} />
      <p class="field-help" id={`${id}-help`}>
        {words.editorHelp}
      </p>
    </div>
  );
}
