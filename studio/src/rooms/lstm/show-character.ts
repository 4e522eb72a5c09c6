/** Characters that cannot be seen, as signs that can. */

const signs: Readonly<Record<string, string>> = { " ": "␣", "\n": "↵", "\t": "⇥" };

export const showCharacter = (character: string): string => signs[character] ?? character;
