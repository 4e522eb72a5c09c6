/** Texts to try, at a click. */
import { useApplicationsWords } from "./use-words.ts";

export interface TryTextsProps {
  readonly texts: readonly string[];
  readonly lang: string;
  readonly onChange: (text: string) => void;
}

export function TryTexts({ texts, lang, onChange }: TryTextsProps) {
  const words = useApplicationsWords();
  return (
    <div class="try-texts" role="group" aria-label={words.examples}>
      <span class="small soft" aria-hidden="true">
        {words.examples}:
      </span>
      {texts.map((text) => (
        <button key={text} type="button" class="try-text" lang={lang} onClick={() => onChange(text)}>
          {text}
        </button>
      ))}
    </div>
  );
}
