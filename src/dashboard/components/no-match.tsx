import type { ComponentChildren } from "preact";
import { useApp } from "../app-context.ts";
import { EmptyState } from "./empty-state.tsx";

/** Says that nothing matches the filters in the address, and takes them away. */
export function NoMatch({ title, children }: { title: string; children?: ComponentChildren }) {
  const { router } = useApp();
  return (
    <EmptyState title={title}>
      {children}
      <p>
        <button type="button" onClick={() => router.navigate(router.path.peek())}>
          Show all
        </button>
      </p>
    </EmptyState>
  );
}
