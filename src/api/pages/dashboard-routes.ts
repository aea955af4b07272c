import type { ServedRoute } from "../http/served-route.ts";
import { basePath } from "./base-path.ts";
import type { DashboardFiles } from "./dashboard-archive.ts";
import { dashboardPage } from "./dashboard-document.ts";
import { leadToLogin } from "./form-routes.ts";

/** The pages of the dashboard. Those that exist in it are listed in src/dashboard/pages.ts. */
export const DASHBOARD_PATHS = [
  "/",
  "/jobs",
  "/jobs/:id",
  "/executions",
  "/executions/:id",
  "/approvals",
  "/tasks",
  "/tasks/:label",
  "/schedules",
  "/schedules/new",
  "/schedules/:id",
  "/sources",
  "/webhooks",
  "/notifications",
  "/secrets",
  "/users",
  "/keys",
  "/audit",
  "/settings",
] as const;

/** Routes of the dashboard: its pages, for people who are logged in, and the files that they load. */
export function dashboardRoutes(files: DashboardFiles): ServedRoute[] {
  const pages = DASHBOARD_PATHS.map(
    (path): ServedRoute => ({
      method: "GET",
      path,
      requires: { access: "read", body: "ignored" },
      refuse: leadToLogin(files),
      respond: ({ request }) => dashboardPage(basePath(request.headers), files.names()),
    }),
  );
  return [
    ...pages,
    {
      method: "GET",
      path: "/assets/:name",
      // The pages to log in and to set the server up load them too.
      requires: { access: "public", body: "ignored", duringSetup: true },
      respond: ({ params, request }) => files.respond(params.name ?? "", request),
    },
  ];
}
