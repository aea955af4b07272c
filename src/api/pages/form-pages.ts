/** The pages with which people log in and set a server up. They work offline, and their script only calls this server. */

/** The page with which people log in. It is also the response to a browser that asks for a page without being logged in. */
export const loginPage = (): string =>
  page(
    "Log in",
    `<form id="form" data-action="/api/v1/login">
${field("username", "User name", 'autocomplete="username" autofocus')}
${field("password", "Password", 'type="password" autocomplete="current-password"')}
<button>Log in</button>
</form>`,
  );

/** The page with which the first admin of a server is created. */
export const setupPage = (): string =>
  page(
    "Set up this server",
    `<p>Create the first admin. Until then the server accepts nothing else.</p>
<form id="form" data-action="/api/v1/setup">
${field("username", "User name", 'autocomplete="username" autofocus')}
${field("password", "Password, at least 8 characters", 'type="password" autocomplete="new-password" minlength="8"')}
<button>Create the admin</button>
</form>`,
  );

/** Sends the form as JSON, and goes on to the page that was asked for. */
export const FORM_SCRIPT = `"use strict";
const form = document.getElementById("form");
const problem = document.getElementById("problem");
const here = new URL(location.href);
const token = here.searchParams.get("token");
// The token must not stay in the history.
if (token !== null) history.replaceState(null, "", here.pathname);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  problem.textContent = "";
  const button = form.querySelector("button");
  button.disabled = true;
  const body = { username: form.username.value, password: form.password.value };
  if (form.dataset.action === "/api/v1/setup") body.token = token ?? "";
  try {
    const response = await fetch(form.dataset.action, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (response.ok) {
      const asked = here.pathname === "/login" || here.pathname === "/setup" ? "/" : here.href;
      location.replace(asked);
      return;
    }
    const { detail, remedy } = await response.json();
    problem.textContent = [detail, remedy].filter(Boolean).join(" ");
  } catch {
    problem.textContent = "The server can't be reached. Try again.";
  }
  button.disabled = false;
});
`;

export const FORM_STYLE = `:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { display: grid; place-items: center; min-height: 100vh; margin: 0; }
main { width: min(22rem, 90vw); }
h1 { font-size: 1.4rem; }
label { display: block; margin: 1rem 0 0; }
input { box-sizing: border-box; width: 100%; margin-top: 0.3rem; padding: 0.5rem; font: inherit; }
button { margin-top: 1.2rem; padding: 0.5rem 1.2rem; font: inherit; }
#problem { min-height: 3em; color: #c0392b; }
`;

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ratchet: ${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/login/form.css">
</head>
<body>
<main>
<h1>${title}</h1>
${content}
<p id="problem" role="alert"></p>
<noscript>This page needs JavaScript.</noscript>
</main>
<script src="/login/form.js"></script>
</body>
</html>
`;
}

function field(name: string, label: string, attributes: string): string {
  return `<label>${label}<input name="${name}" required ${attributes}></label>`;
}
