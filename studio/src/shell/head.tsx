/** The head of the page: where one can go, in which language and which light. */
import { dropFromLink, place } from "../place.ts";
import { listRooms } from "../rooms/index.ts";
import { chooseLanguage, chooseTheme, language, languages, themeChoice, themes } from "../settings.ts";
import { useWords } from "../words/index.ts";
import { Mark } from "./mark.tsx";

export function Head() {
  const words = useWords();
  const { room } = place.value;
  return (
    <header class="head">
      <div class="head-inner">
        <a class="brand" href="#/" aria-current={room === "" ? "page" : undefined}>
          <Mark />
          Recurra
        </a>
        <nav class="rooms" aria-label={words.rooms}>
          <ul class="room-list">
            {listRooms().map(({ name }) => (
              <li key={name}>
                <a href={`#/${name}`} aria-current={room === name ? "page" : undefined}>
                  {words.room[name].title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="settings">
          <SettingSelect
            label={words.language}
            value={language.value}
            options={languages.map((name) => ({ name, text: words.languages[name] }))}
            onChange={(name) => {
              chooseLanguage(name);
              dropFromLink("lang");
            }}
          />
          <SettingSelect
            label={words.theme}
            value={themeChoice.value}
            options={themes.map((name) => ({ name, text: words.themes[name] }))}
            onChange={(name) => {
              chooseTheme(name);
              dropFromLink("theme");
            }}
          />
        </div>
      </div>
    </header>
  );
}

interface SettingSelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly name: T; readonly text: string }[];
  readonly onChange: (name: T) => void;
}

function SettingSelect<T extends string>({ label, value, options, onChange }: SettingSelectProps<T>) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ currentTarget }) => {
        const chosen = options.find(({ name }) => name === currentTarget.value);
        if (chosen !== undefined) onChange(chosen.name);
      }}
    >
      {options.map(({ name, text }) => (
        <option key={name} value={name} selected={name === value}>
          {text}
        </option>
      ))}
    </select>
  );
}
