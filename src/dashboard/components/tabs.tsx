import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { useQuery } from "../routing/use-query.ts";

/** One of several views of the same thing. */
export interface Tab {
  /** Its value in the address. */
  id: string;
  title: string;
  render(): ComponentChildren;
}

/**
 * Views of one thing, of which one is shown. The choice is kept in a query parameter of the page.
 * @param label what the views show, for screen readers
 * @param name the query parameter
 */
export function Tabs({ label, tabs, name = "tab" }: { label: string; tabs: readonly Tab[]; name?: string }) {
  const [chosen, choose] = useQuery(name);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const shown = tabs.find((tab) => tab.id === chosen) ?? tabs[0];
  if (shown === undefined) return null;
  const select = (tab: Tab) => choose(tab === tabs[0] ? undefined : tab.id);

  /** The keys of WAI-ARIA's pattern for tabs. */
  function onKeyDown(event: KeyboardEvent): void {
    const next = nextIndex(event.key, tabs.indexOf(shown as Tab), tabs.length);
    const tab = next === undefined ? undefined : tabs[next];
    if (tab === undefined) return;
    event.preventDefault();
    select(tab);
    list.current?.querySelector<HTMLElement>(`[data-tab="${tab.id}"]`)?.focus();
  }

  return (
    <div class="tabs">
      <div class="tab-list" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${id}-${tab.id}`}
            data-tab={tab.id}
            aria-selected={tab === shown}
            aria-controls={`${id}-panel`}
            tabIndex={tab === shown ? 0 : -1}
            onClick={() => select(tab)}
          >
            {tab.title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${shown.id}`} key={shown.id}>
        {shown.render()}
      </div>
    </div>
  );
}

function nextIndex(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case "ArrowRight":
      return (index + 1) % count;
    case "ArrowLeft":
      return (index - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
