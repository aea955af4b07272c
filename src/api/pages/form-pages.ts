import type { Principal } from "../../domain/principal.ts";
import type { SetupState } from "../../service/access/setup-service.ts";
import { escapeHtml, type FormPage } from "./form-document.ts";

/** What the page to log in offers beside the form. */
export interface LoginOptions {
  /** Host of the OpenID provider, if there is one. */
  provider: string | undefined;
  /** Path of this server to go to after the login. */
  returnTo: string;
}

/** The page with which people log in. It is also the response to a browser that asks for a page without being logged in. */
export function loginPage({ provider, returnTo }: LoginOptions): FormPage {
  const form = `<form id="form" data-action="/api/v1/login" data-next="${escapeHtml(returnTo)}">
${field("username", "User name", 'autocomplete="username" autofocus')}
${field("password", "Password", 'type="password" autocomplete="current-password"')}
<button class="primary">Log in</button>
</form>`;
  if (provider === undefined) return { title: "Log in", content: form, hasScript: true, hasNavigation: true };
  const address = `/auth/oidc/login?return_to=${encodeURIComponent(returnTo)}`;
  const link = `<p><a href="${escapeHtml(address)}">Log in with OpenID Connect (${escapeHtml(provider)})</a></p>`;
  return { title: "Log in", content: `${link}\n${form}`, hasScript: true, hasNavigation: true };
}

/** The page to log in, for somebody who is logged in already. */
export function loggedInPage({ kind, name, role }: Principal, returnTo: string): FormPage {
  const goOn = `<p><a href="${escapeHtml(returnTo)}">Go on</a></p>`;
  if (kind === "local") {
    const text = "<p>Nobody needs to log in: this server has no user and no key.</p>";
    return { title: "Log in", content: `${text}\n${goOn}`, hasScript: false, hasNavigation: true };
  }
  const who = `<p>You are logged in as <strong>${escapeHtml(name)}</strong> (${role}).</p>`;
  // Other credentials come with each request, and there is no session to end.
  const hasSession = kind === "user" || kind === "oidc";
  const form = '<form id="form" data-action="/api/v1/logout" data-next="/login"><button>Log out</button></form>';
  const content = `${who}\n${goOn}${hasSession ? `\n${form}` : ""}`;
  return { title: "Logged in", content, hasScript: hasSession, hasNavigation: true };
}

function setupForm(): string {
  return `<p>Create the first admin. Until then the server accepts nothing else.</p>
<form id="form" data-action="/api/v1/setup">
${field("username", "User name", 'autocomplete="username" autofocus')}
${field("password", "Password", 'type="password" autocomplete="new-password" minlength="8"', ", at least 8 characters")}
<button class="primary">Create the admin</button>
</form>`;
}

const WRONG_TOKEN = `<p>The address of this page is wrong or has expired. It is the one that the server printed when it started, and is valid for 15
minutes.</p>
<p>Start the server again to get a new one, or run <code>ratchet user create NAME --role admin --password-stdin</code> on its machine.</p>`;

const OVER = `<p>This server is set up already, or needs no set-up.</p>
<p><a href="/login">Log in</a>, or read about <a href="/docs">the REST interface</a>.</p>`;

/** The page with which the first admin of a server is created. */
export function setupPage(state: SetupState): FormPage {
  const title = "Set up this server";
  if (state === "ready") return { title, content: setupForm(), hasScript: true };
  return { title, content: state === "over" ? OVER : WRONG_TOKEN, hasScript: false };
}

/** A page that says what went wrong, with a link to try again. */
export function failurePage(message: string, remedy: string | undefined, again: string): FormPage {
  const texts = [message, ...(remedy === undefined ? [] : [remedy])].map((text) => `<p>${escapeHtml(text)}</p>`);
  const links = `<p><a href="${escapeHtml(again)}">Try again</a>, or <a href="/login">log in another way</a>.</p>`;
  return { title: "The login failed", content: `${texts.join("\n")}\n${links}`, hasScript: false };
}

/** The page of a server that has no user yet, for somebody who came without the one-time address. */
export function waitingForSetupPage(): FormPage {
  const content = `<p>This server has no user yet.</p>
<p>Open the one-time address that it printed when it started, or run <code>ratchet user create NAME --role admin
--password-stdin</code> on its machine.</p>`;
  return { title: "Set up this server", content, hasScript: false };
}

function field(name: string, label: string, attributes: string, hint = ""): string {
  return `<label>${label}<span class="quiet">${hint}</span><input name="${name}" data-label="${label}" required ${attributes}></label>`;
}
