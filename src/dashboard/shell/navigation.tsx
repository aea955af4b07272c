import { useApp } from "../app-context.ts";
import { Link } from "../routing/link.tsx";
import { PendingCount } from "./pending-count.tsx";

/** The links of the navigation, with the keys that follow `g`. */
export const SECTIONS = [
  { to: "/", name: "Overview", key: "o" },
  { to: "/jobs", name: "Jobs", key: "j" },
  { to: "/executions", name: "Executions", key: "e" },
  { to: "/approvals", name: "Approvals", key: "a" },
  { to: "/tasks", name: "Tasks", key: "t" },
  { to: "/schedules", name: "Schedules", key: "s" },
  { to: "/sources", name: "Sources", key: "r" },
  { to: "/settings", name: "Settings", key: "," },
] as const;

/** Pages that are linked from the settings. */
const UNDER_SETTINGS = /^\/(?:webhooks|notifications|secrets|users|keys|audit)(?:\/|$)/;

/** The navigation landmark. */
export function Navigation() {
  const path = useApp().router.path.value;
  return (
    <nav class="navigation" aria-label="Main">
      <ul>
        {SECTIONS.map(({ to, name }) => (
          <li key={to}>
            <Link to={to} aria-current={currentOf(to, path)}>
              {name}
              {to === "/approvals" && <PendingCount />}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function currentOf(to: string, path: string): "page" | "true" | undefined {
  if (path === to) return "page";
  if (to === "/settings") return UNDER_SETTINGS.test(path) ? "true" : undefined;
  return to !== "/" && path.startsWith(`${to}/`) ? "true" : undefined;
}
