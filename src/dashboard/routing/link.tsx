import type { ComponentChildren } from "preact";
import { useApp } from "../app-context.ts";

/** What {@link Link} takes. */
export interface LinkProps {
  /** The path of a page, such as `/jobs/17?tab=logs`. */
  to: string;
  children: ComponentChildren;
  class?: string | undefined;
  "aria-label"?: string | undefined;
  "aria-current"?: "page" | "true" | undefined;
}

/** A link to a page of the dashboard. */
export function Link({ to, children, ...rest }: LinkProps) {
  return (
    <a href={useApp().router.href(to)} {...rest}>
      {children}
    </a>
  );
}
