import type { JsonObject } from "../../domain/json.ts";
import { json } from "../http/responses.ts";
import type { ServedRoute } from "../http/served-route.ts";
import { assetResponse, graphiqlScripts } from "./assets.ts";
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

const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ratchet: the REST interface</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="viewer"></div>
<noscript>The description is at <a href="/openapi.json">/openapi.json</a>.</noscript>
<script src="/docs/swagger-ui.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

/** With `validatorUrl: null`, nothing is sent to an external validator. */
const DOCS_SCRIPT = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#viewer",
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: true,
});
`;

/** Routes of the pages for people, which work offline. */
export function pageRoutes(openApi: () => JsonObject, forms: FormDependencies): ServedRoute[] {
  const text = (body: string, type: string) => () =>
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
    refuse: askForLogin(forms.provider),
  });
  return [
    ...dashboardRoutes(),
    ...formRoutes(forms),
    page("/openapi.json", () => json(openApi())),
    // For clients that only know the prefix.
    page("/api/v1/openapi.json", () => json(openApi())),
    page("/docs", text(DOCS_PAGE, "text/html")),
    page("/docs/start.js", text(DOCS_SCRIPT, "text/javascript")),
    page("/docs/swagger-ui.js", ({ request }) => assetResponse("script", request, DOCS_HEADERS)),
    page("/docs/swagger-ui.css", ({ request }) => assetResponse("style", request, DOCS_HEADERS)),
    ownPage("/playground", ({ request }) => assetResponse("graphiql", request, playgroundHeaders())),
  ];
}
