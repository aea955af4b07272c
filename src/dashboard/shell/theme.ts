import { type ReadonlySignal, signal } from "@preact/signals";

/** What the reader chose. "system" follows the browser. */
export type ThemeChoice = "system" | "light" | "dark";

/** The colours of the pages. */
export interface Theme {
  readonly choice: ReadonlySignal<ThemeChoice>;
  choose(choice: ThemeChoice): void;
}

/** Where `theme-script.ts` and this file keep the choice. */
const KEY = "ratchet-theme";

/** Creates the switch of the theme. The script in the head of each page has applied the choice already. */
export function createTheme(window: Window): Theme {
  const root = window.document.documentElement;
  const choice = signal<ThemeChoice>((root.dataset.theme as ThemeChoice | undefined) ?? "system");
  return {
    choice,
    choose(next) {
      choice.value = next;
      if (next === "system") delete root.dataset.theme;
      else root.dataset.theme = next;
      try {
        if (next === "system") window.localStorage.removeItem(KEY);
        else window.localStorage.setItem(KEY, next);
      } catch {
        // Without storage, the choice lasts until the page is closed.
      }
    },
  };
}
