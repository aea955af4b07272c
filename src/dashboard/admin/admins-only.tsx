import type { ComponentChildren } from "preact";
import { useApp } from "../app-context.ts";
import { EmptyState } from "../components/empty-state.tsx";
import { Loading } from "../components/loading.tsx";
import { Page } from "../components/page.tsx";

/** Shows a page to admins, and says to others that it is not for them. @param title the title of the page */
export function AdminsOnly({ title, children }: { title: string; children: ComponentChildren }) {
  const { access } = useApp();
  if (access.can("admin")) return <>{children}</>;
  return (
    <Page title={title}>
      {access.me.value === undefined ? (
        <Loading />
      ) : (
        <EmptyState title="Only admins may see this page.">
          <p>Ask an admin for the role.</p>
        </EmptyState>
      )}
    </Page>
  );
}
