import { useEffect } from "preact/hooks";
import { useApp } from "../app-context.ts";
import { SECTIONS } from "./navigation.tsx";

/** How long the second key of a pair such as `g j` may take. Milliseconds. */
const PAIR_MS = 1_200;

/** Listens to the keys of the whole dashboard: `/`, `?`, and `g` with the key of a section. */
export function useShortcuts(openHelp: () => void): void {
  const { router } = useApp();
  useEffect(() => {
    let pairUntil = 0;
    function onKey(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target) || document.querySelector("dialog[open]") !== null) return;
      const isPair = performance.now() < pairUntil;
      pairUntil = 0;
      if (isPair) {
        const section = SECTIONS.find(({ key }) => key === event.key);
        if (section === undefined) return;
        event.preventDefault();
        router.navigate(section.to);
      } else if (event.key === "g") pairUntil = performance.now() + PAIR_MS;
      else if (event.key === "?") openHelp();
      else if (event.key === "/") focusSearch(event);
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [router, openHelp]);
}

/** The field that `/` goes to: the one that is marked, else the first filter of the page. */
function focusSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLElement>(
    "[data-search], main input[type=search], main .filter-bar input, main .filter-bar select",
  );
  if (field === null) return;
  event.preventDefault();
  field.focus();
  if (field instanceof HTMLInputElement) field.select();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.shadowRoot !== null;
}
