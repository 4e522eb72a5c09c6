/** The cells by family, with a search. */
import { cells } from "recurra";
import { useEffect, useRef, useState } from "preact/hooks";
import { TextField } from "../../parts/text-field.tsx";
import { useWords } from "../../words/index.ts";
import { searchFamilies } from "./families.ts";
import { ownName } from "./state.ts";
import { useVariantsWords } from "./use-words.ts";

export interface CellChoiceProps {
  readonly value: string;
  readonly onChange: (name: string) => void;
}

export function CellChoice({ value, onChange }: CellChoiceProps) {
  const words = useVariantsWords();
  const { parts } = useWords();
  const [search, setSearch] = useState("");
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const [box, chosen] = [list.current, list.current?.querySelector<HTMLElement>("[aria-current]")];
    if (box !== null && chosen != null) box.scrollTop = chosen.offsetTop - box.clientHeight / 3;
  }, []);
  const found = searchFamilies(search, (name, family) => {
    const { summary = "", source = "" } = cells[name].options;
    return [name, words.families[family], words.summaryOf(name, summary), source];
  });
  const item = (name: string, text: string) => (
    <li key={name}>
      <button
        type="button"
        class="cell-item"
        aria-current={name === value ? "true" : undefined}
        onClick={() => onChange(name)}
      >
        {text}
      </button>
    </li>
  );
  return (
    <nav class="cell-choice" aria-label={words.cells}>
      <TextField label={words.search} value={search} placeholder={words.searchPlaceholder} onChange={setSearch} />
      <div class="cell-list" ref={list}>
        {found.map((family) => (
          <section key={family.name}>
            <h3 class="cell-family">{words.families[family.name]}</h3>
            <ul>{family.cells.map((name) => item(name, name))}</ul>
          </section>
        ))}
        {found.length === 0 ? <p class="soft small">{parts.noMatch}</p> : null}
        <section>
          <ul>{item(ownName, words.own)}</ul>
        </section>
      </div>
    </nav>
  );
}
