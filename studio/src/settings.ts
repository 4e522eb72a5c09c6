/** Language and theme: in the link if it says so, else as remembered, else as the browser has them. */
import { computed, effect, signal } from "@preact/signals";

export const languages = ["en", "vi"] as const;
export type Language = (typeof languages)[number];

export const themes = ["system", "light", "dark"] as const;
/** As chosen; `system` follows the system. */
export type ThemeChoice = (typeof themes)[number];

/** The remembered value, where the page may remember and it is one of those there are. */
function recall<T extends string>(key: string, names: readonly T[]): T | undefined {
  try {
    const text = localStorage.getItem(`recurra-${key}`);
    return names.find((name) => name === text);
  } catch {
    return undefined;
  }
}

/** A page that may not remember works all the same. */
function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`recurra-${key}`, value);
  } catch {
    // Storage is full or forbidden.
  }
}

const browserLanguage = (): Language => (navigator.languages.some((one) => /^vi\b/i.test(one)) ? "vi" : "en");
const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const isSystemDark = signal(darkSystem.matches);
darkSystem.addEventListener("change", ({ matches }) => (isSystemDark.value = matches));

/** The language of the page. */
export const language = signal<Language>(recall("language", languages) ?? browserLanguage());
export const themeChoice = signal<ThemeChoice>(recall("theme", themes) ?? "system");

/** The theme as it is shown: what pictures are drawn for. */
export const theme = computed<"light" | "dark">(() => {
  if (themeChoice.value !== "system") return themeChoice.value;
  return isSystemDark.value ? "dark" : "light";
});

export function chooseLanguage(chosen: Language): void {
  language.value = chosen;
  remember("language", chosen);
}

export function chooseTheme(chosen: ThemeChoice): void {
  themeChoice.value = chosen;
  remember("theme", chosen);
}

/** Takes what a link says of either; it is not remembered, as the link is another's. */
export function takeFromLink({ lang, theme: named }: Readonly<Record<string, string>>): void {
  language.value = languages.find((name) => name === lang) ?? language.value;
  themeChoice.value = themes.find((name) => name === named) ?? themeChoice.value;
}

/** Keeps the document as the settings are. */
export function showSettings(): void {
  effect(() => {
    document.documentElement.lang = language.value;
    document.documentElement.dataset["theme"] = theme.value;
  });
}
