import { useState } from "preact/hooks";
import { useApp } from "../app-context.ts";
import type { PageRoute } from "../pages.ts";
import { Link } from "../routing/link.tsx";
import { ConnectionNotice } from "./connection-notice.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { Navigation } from "./navigation.tsx";
import { Outlet } from "./outlet.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";
import { ToastList } from "./toast-list.tsx";
import { useShortcuts } from "./use-shortcuts.ts";
import { Who } from "./who.tsx";

/** What surrounds every page: navigation, notices, help, and the page itself in `<main>`. */
export function Shell({ pages }: { pages: readonly PageRoute[] }) {
  const { router } = useApp();
  // With <base>, the place alone would be one on another page.
  const here = router.href(`${router.path.value}?${router.query.value}`);
  const [isHelpOpen, setHelpOpen] = useState(false);
  useShortcuts(() => setHelpOpen(true));
  return (
    <div class="shell">
      <a class="skip-link" href={`${here}#main`}>
        Skip to the content
      </a>
      <header class="side">
        <Link to="/" class="brand" aria-label="Ratchet, to the overview">
          Ratchet
        </Link>
        <Navigation />
        <div class="side-foot">
          <Who />
          <ThemeSwitch />
          <button type="button" class="small" onClick={() => setHelpOpen(true)}>
            Keyboard <kbd>?</kbd>
          </button>
        </div>
      </header>
      <div class="content">
        <ConnectionNotice />
        <main id="main" tabIndex={-1}>
          <Outlet pages={pages} />
        </main>
      </div>
      <HelpDialog isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
      <ToastList />
    </div>
  );
}
