/** What the pages for people who log in have in common. They work offline, and their script only calls this server. */

/** Pages load nothing from other hosts, and other pages can't embed them. */
export const POLICY =
  "default-src 'none'; connect-src 'self'; img-src 'self' data:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";

/** The colours of errors have a contrast of at least 4.5 to 1 to the background (WCAG 2.2, 1.4.3). */
export const FORM_STYLE = `:root { color-scheme: light dark; font-family: system-ui, sans-serif; --wrong: #a61b0f; }
@media (prefers-color-scheme: dark) { :root { --wrong: #ff9b8f; } }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; }
main { width: min(22rem, 90vw); overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; }
label { display: block; margin: 1rem 0 0; }
input { box-sizing: border-box; width: 100%; margin-top: 0.3rem; padding: 0.5rem; font: inherit; }
input[aria-invalid="true"] { outline: 2px solid var(--wrong); }
button { margin-top: 1.2rem; padding: 0.5rem 1.2rem; font: inherit; }
#problem { min-height: 3em; color: var(--wrong); }
`;

/**
 * Creates a page.
 * @param content HTML
 * @param hasScript whether it has a form
 */
export function formDocument(title: string, content: string, hasScript: boolean): string {
  const script = `<p id="problem" role="alert"></p>
<noscript>This page needs JavaScript.</noscript>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ratchet: ${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/login/form.css">
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
${hasScript ? script : ""}
</main>
${hasScript ? '<script src="/login/form.js"></script>' : ""}
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
