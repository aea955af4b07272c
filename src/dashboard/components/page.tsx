import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../app-context.ts";

/** What {@link Page} takes. */
export interface PageLayout {
  /** The heading. It is also the title of the window. */
  title: string;
  /** What stands in the heading in place of the title, such as the title with a badge. */
  heading?: ComponentChildren;
  /** A sentence below the heading. */
  lead?: ComponentChildren;
  /** Buttons beside the heading. */
  actions?: ComponentChildren;
  children?: ComponentChildren;
}

/** The frame of every page: its one `h1`, which receives the focus after a navigation, and the title of the window. */
export function Page({ title, heading, lead, actions, children }: PageLayout) {
  const { visits } = useApp().router;
  const place = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Ratchet`;
  }, [title]);
  useEffect(() => {
    if (visits.peek() > 0) place.current?.focus({ preventScroll: true });
  }, [visits]);
  return (
    <>
      <div class="page-head">
        <div>
          <h1 tabIndex={-1} ref={place}>
            {heading ?? title}
          </h1>
          {lead !== undefined && <p class="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </div>
      {children}
    </>
  );
}
