/** What the pages for people who log in have in common. They work offline, and their script only calls this server. */

/** Pages load nothing from other hosts, and other pages can't embed them. */
export const POLICY =
  "default-src 'none'; connect-src 'self'; img-src 'self' data:; form-action 'none'; frame-ancestors 'none'; base-uri 'self'";

/** What a page needs to be part of the dashboard. */
export interface PageFrame {
  /** The path under which the browser reaches this server, from `basePath`. Addresses in pages are relative to it. */
  base: string;
  /** Names of the files of the dashboard that give the page its look. */
  files: { theme: string; style: string };
}

/** A page with a text or a form. */
export interface FormPage {
  title: string;
  /** HTML. Addresses in it are paths of this server, such as `/login`, wherever the browser reaches it. */
  content: string;
  /** Whether it has a form. */
  hasScript: boolean;
  /** Whether it leads to the pages of the dashboard. @default false */
  hasNavigation?: boolean;
}

/** The navigation of the dashboard, for pages that are not part of its program. */
const NAVIGATION = `<nav class="navigation" aria-label="Main">
<ul>
${[
  ["", "Overview"],
  ...["Jobs", "Executions", "Tasks", "Schedules", "Sources", "Settings"].map((name) => [name.toLowerCase(), name]),
]
  .map(([path, name]) => `<li><a href="/${path}">${name}</a></li>`)
  .join("\n")}
</ul>
</nav>`;

/** Creates a page. */
export function formDocument(page: FormPage, { base, files }: PageFrame): string {
  const { title, content, hasScript, hasNavigation = false } = page;
  const placed = (html: string) => html.replace(/ (href|data-action)="\//g, ` $1="${base}`);
  const script = `<p id="problem" role="alert"></p>
<noscript>This page needs JavaScript.</noscript>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} · Ratchet</title>
<base href="${base}">
<link rel="icon" href="data:,">
<script src="assets/${files.theme}"></script>
<link rel="stylesheet" href="assets/${files.style}">
</head>
<body class="form-page">
<main>
<p class="brand">Ratchet</p>
<h1>${escapeHtml(title)}</h1>
${placed(content)}
${hasScript ? script : ""}
</main>
${hasNavigation ? placed(NAVIGATION) : ""}
${hasScript ? '<script src="login/form.js"></script>' : ""}
</body>
</html>
`;
}

/** Writes a text as HTML, also inside of an attribute in double quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Creates the function that responds with one of these pages, or with what they load. */
export function formResponse(body: string, type: string, status = 200): Response {
  const policy = `${POLICY}; script-src 'self'; style-src 'self'`;
  const headers = { "content-type": `${type}; charset=utf-8`, "cache-control": "no-store" };
  return new Response(body, { status, headers: { ...headers, "content-security-policy": policy } });
}

/** Returns true if a browser asks for a page. */
export function wantsPage({ headers }: Request): boolean {
  return headers.get("accept")?.includes("text/html") === true;
}
