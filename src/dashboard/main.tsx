/** Starts the dashboard in the page that the server served. */
import { render } from "preact";
import { createAccess } from "./access/access.ts";
import { createApi } from "./api/client.ts";
import { type App, AppContext } from "./app-context.ts";
import { createLive } from "./live/live.ts";
import { createNow } from "./live/now.ts";
import { PAGES } from "./pages.ts";
import { createRouter } from "./routing/router.ts";
import { Shell } from "./shell/shell.tsx";
import { createTheme } from "./shell/theme.ts";
import { createToasts } from "./shell/toasts.ts";

function createApp(): App {
  const router = createRouter(window);
  const { href } = router;
  let isLeaving = false;
  // A page that the back button brings back is where it was left.
  window.addEventListener("pageshow", () => {
    isLeaving = false;
  });
  const api = createApi({
    fetch: (url, init) => window.fetch(url, init),
    href,
    onLoggedOut() {
      // Several requests may be refused at once, and each new navigation would end the one before.
      if (isLeaving) return;
      isLeaving = true;
      const query = router.query.value.toString();
      const here = query === "" ? router.path.value : `${router.path.value}?${query}`;
      location.assign(href(`/login?return_to=${encodeURIComponent(here)}`));
    },
  });
  return {
    router,
    api,
    live: createLive({ window, href }),
    access: createAccess(api),
    now: createNow(window),
    theme: createTheme(window),
    toasts: createToasts(),
  };
}

function start(): void {
  const root = document.getElementById("app");
  if (root === null) throw new Error("the page has no place for the dashboard");
  const app = createApp();
  app.access.load().catch(() => {
    // Without it, the pages show no actions; the requests of the page say what is wrong.
  });
  app.live.start();
  render(
    <AppContext.Provider value={app}>
      <Shell pages={PAGES} />
    </AppContext.Provider>,
    root,
  );
}

start();
