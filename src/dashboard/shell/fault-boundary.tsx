import type { ComponentChildren } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { problemOf } from "../api/problem.ts";
import { ErrorBox } from "../components/error-box.tsx";
import { Page } from "../components/page.tsx";

/** Says that a page has a fault, in place of an empty window. */
export function FaultBoundary({ children }: { children: ComponentChildren }) {
  const [error, reset] = useErrorBoundary();
  if (error === undefined) return <>{children}</>;
  return (
    <Page title="This page has a fault">
      <ErrorBox problem={problemOf(error)} />
      <button type="button" onClick={reset}>
        Try again
      </button>
    </Page>
  );
}
