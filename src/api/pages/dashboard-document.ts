import type { DashboardFiles } from "./dashboard-archive.ts";

/** Scripts and styles come from this server only, and none is in the page itself. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'none'; frame-ancestors 'none'; base-uri 'self'";

/**
 * Responds with the page of the dashboard, which is the same for every path: its script looks at the address.
 * @param base the path under which the browser reaches this server, from `basePath`
 */
export function dashboardPage(base: string, { script, theme, style }: ReturnType<DashboardFiles["names"]>): Response {
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ratchet</title>
<base href="${base}">
<link rel="icon" href="data:,">
<script src="assets/${theme}"></script>
<link rel="stylesheet" href="assets/${style}">
<script type="module" src="assets/${script}"></script>
</head>
<body>
<div id="app"></div>
<noscript>The dashboard needs JavaScript. The REST interface is described at <a href="docs">/docs</a>.</noscript>
</body>
</html>
`;
  return new Response(page, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": POLICY,
    },
  });
}
