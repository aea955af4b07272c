import type { JsonObject } from "../../domain/json.ts";
import { json } from "../http/responses.ts";
import type { ServedRoute } from "../http/served-route.ts";
import { assetResponse, graphiqlScripts } from "./assets.ts";
import { basePath } from "./base-path.ts";
import type { DashboardFiles } from "./dashboard-archive.ts";
import { dashboardRoutes } from "./dashboard-routes.ts";
import { POLICY } from "./form-document.ts";
import { askForLogin, type FormDependencies, formRoutes } from "./form-routes.ts";

const DOCS_HEADERS = {
  "content-security-policy": `${POLICY}; script-src 'self'; style-src 'self'; font-src 'self' data:`,
} as const;

/** GraphiQL's page contains its scripts, and its editor creates workers from texts and styles from what is shown. */
const playgroundHeaders = () => ({
  "content-security-policy":
    `${POLICY}; script-src ${graphiqlScripts()} blob:; worker-src blob:; style-src 'self' 'unsafe-inline';` +
    " font-src 'self' data:",
});

/** Its addresses are relative, so that they stay under the path that a proxy strips. */
const docsPage = (theme: string) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The REST interface · Ratchet</title>
<link rel="icon" href="data:,">
<script src="assets/${theme}"></script>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<p class="swagger-ui"><a class="link wrapper" href="./">Back to the dashboard</a></p>
<div id="viewer"></div>
<noscript>The description is at <a href="openapi.json">/openapi.json</a>.</noscript>
<script src="docs/swagger-ui.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;

/** With `validatorUrl: null`, nothing is sent to an external validator. The viewer knows its dark colours by a class. */
const DOCS_SCRIPT = `SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#viewer",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  validatorUrl: null,
  tryItOutEnabled: true,
});
const system = matchMedia("(prefers-color-scheme: dark)");
function applyTheme() {
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  root.classList.toggle("dark-mode", isDark);
  root.style.colorScheme = isDark ? "dark" : "light";
}
system.addEventListener("change", applyTheme);
applyTheme();
`;

/** What the pages need. */
export interface PageDependencies extends FormDependencies {
  files: DashboardFiles;
}

/** Routes of the pages for people, which work offline. */
export function pageRoutes(openApi: () => JsonObject, forms: PageDependencies): ServedRoute[] {
  const text = (body: string, type: string) =>
    new Response(body, {
      headers: { "content-type": `${type}; charset=utf-8`, "cache-control": "no-cache", ...DOCS_HEADERS },
    });
  const page = (path: string, respond: ServedRoute["respond"]): ServedRoute => ({
    method: "GET",
    path,
    requires: { access: "public", body: "ignored" },
    respond,
  });
  /** A page for people who are logged in. */
  const ownPage = (path: string, respond: ServedRoute["respond"]): ServedRoute => ({
    ...page(path, respond),
    requires: { access: "read", body: "ignored" },
    refuse: askForLogin(forms),
  });
  return [
    ...dashboardRoutes(forms.files),
    ...formRoutes(forms),
    page("/openapi.json", ({ request }) => json(describedAt(openApi(), request))),
    // For clients that only know the prefix.
    page("/api/v1/openapi.json", ({ request }) => json(describedAt(openApi(), request))),
    page("/docs", () => text(docsPage(forms.files.names().theme), "text/html")),
    page("/docs/start.js", () => text(DOCS_SCRIPT, "text/javascript")),
    page("/docs/swagger-ui.js", ({ request }) => assetResponse("script", request, DOCS_HEADERS)),
    page("/docs/swagger-ui.css", ({ request }) => assetResponse("style", request, DOCS_HEADERS)),
    ownPage("/playground", ({ request }) => assetResponse("graphiql", request, playgroundHeaders())),
  ];
}

/** Returns the document with the address under which the browser reaches the routes. */
function describedAt(document: JsonObject, { headers }: Request): JsonObject {
  const url = basePath(headers);
  if (url === "/") return document;
  return { ...document, servers: [{ url, description: "The server that this document came from." }] };
}
