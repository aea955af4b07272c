import type { ComponentType } from "preact";
import OverviewPage from "./pages/overview/overview-page.tsx";
import type { PathParams } from "./routing/match-path.ts";

/** What each page receives. */
export interface PageProps {
  /** The parameters of its path, decoded. */
  params: PathParams;
}

/** A page of the dashboard. */
export interface PageRoute {
  /** Its path; parameters are written `:name`. */
  path: string;
  /** Loads the page, which is a chunk of its own. The first page that people see comes with the frame. */
  load(): Promise<{ default: ComponentType<PageProps> }>;
}

// biome-ignore format: one line for each page
/** All pages, in the order in which their paths are compared. The server serves the same paths: src/api/pages/dashboard-routes.ts. */
export const PAGES: readonly PageRoute[] = [
  { path: "/", load: async () => ({ default: OverviewPage }) },
  { path: "/jobs", load: () => import("./pages/jobs/jobs-page.tsx") },
  { path: "/jobs/:id", load: () => import("./pages/job/job-page.tsx") },
  { path: "/executions", load: () => import("./pages/executions/executions-page.tsx") },
  { path: "/executions/:id", load: () => import("./pages/execution/execution-page.tsx") },
  { path: "/approvals", load: () => import("./pages/approvals/approvals-page.tsx") },
  { path: "/tasks", load: () => import("./pages/tasks/tasks-page.tsx") },
  { path: "/tasks/:label", load: () => import("./pages/task/task-page.tsx") },
  { path: "/schedules", load: () => import("./pages/schedules/schedules-page.tsx") },
  { path: "/schedules/new", load: () => import("./pages/schedule-new/new-schedule-page.tsx") },
  { path: "/schedules/:id", load: () => import("./pages/schedule/schedule-page.tsx") },
  { path: "/sources", load: () => import("./pages/sources/sources-page.tsx") },
  { path: "/webhooks", load: () => import("./pages/webhooks/webhooks-page.tsx") },
  { path: "/notifications", load: () => import("./pages/notifications/notifications-page.tsx") },
  { path: "/secrets", load: () => import("./pages/secrets/secrets-page.tsx") },
  { path: "/users", load: () => import("./pages/users/users-page.tsx") },
  { path: "/keys", load: () => import("./pages/keys/keys-page.tsx") },
  { path: "/audit", load: () => import("./pages/audit/audit-page.tsx") },
  { path: "/settings", load: () => import("./pages/settings/settings-page.tsx") },
];
