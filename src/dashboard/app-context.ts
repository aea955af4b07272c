import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Access } from "./access/access.ts";
import type { Api } from "./api/client.ts";
import type { Live } from "./live/live.ts";
import type { Now } from "./live/now.ts";
import type { Router } from "./routing/router.ts";
import type { Theme } from "./shell/theme.ts";
import type { Toasts } from "./shell/toasts.ts";

/** What every page and component can use. There is one, which `main.tsx` creates. */
export interface App {
  router: Router;
  api: Api;
  /** Events of the server, and whether it can be reached. */
  live: Live;
  /** Who the reader is, and what they may do. */
  access: Access;
  /** The current time, for texts such as "3 min ago". */
  now: Now;
  theme: Theme;
  /** Short messages about what happened, which screen readers read out. */
  toasts: Toasts;
}

export const AppContext = createContext<App | undefined>(undefined);

/** Returns what every page and component can use. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error("this component is rendered outside of the dashboard");
  return app;
}
