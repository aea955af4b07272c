import { localPath } from "../../access/oidc/login-state.ts";
import type { Services } from "../../service/services.ts";
import { problemResponse } from "../http/problem.ts";
import type { ServedRoute } from "../http/served-route.ts";
import { basePath } from "./base-path.ts";
import { FORM_STYLE, formResponse, wantsPage } from "./form-document.ts";
import { loggedInPage, loginPage, setupPage } from "./form-pages.ts";
import { FORM_SCRIPT } from "./form-script.ts";

/** What the pages with forms need. */
export interface FormDependencies {
  setup: Services["setup"];
  /** Host of the OpenID provider, if there is one. */
  provider: string | undefined;
}

/** Routes of the pages with which people log in and set a server up. */
export function formRoutes({ setup, provider }: FormDependencies): ServedRoute[] {
  const form = (path: string, duringSetup: boolean, respond: ServedRoute["respond"]): ServedRoute => ({
    method: "GET",
    path,
    requires: { access: "public", body: "ignored", duringSetup },
    respond,
  });
  return [
    form("/login", false, ({ request, caller: { principal } }) => {
      const returnTo = localPath(new URL(request.url).searchParams.get("return_to") ?? "/");
      const page = principal === undefined ? loginPage({ provider, returnTo }) : loggedInPage(principal, returnTo);
      return formResponse(page, "text/html");
    }),
    form("/setup", true, async ({ request }) => {
      const state = await setup.state(new URL(request.url).searchParams.get("token") ?? "");
      return formResponse(setupPage(state), "text/html", state === "wrong-token" ? 403 : 200);
    }),
    form("/login/form.js", true, () => formResponse(FORM_SCRIPT, "text/javascript")),
    form("/login/form.css", true, () => formResponse(FORM_STYLE, "text/css")),
  ];
}

/**
 * Creates the response to a request for a page that the gate refused: to a browser the form to log in, in place of the
 * page, and to programs a problem document.
 */
export function askForLogin(provider: string | undefined): NonNullable<ServedRoute["refuse"]> {
  return (error, request) => {
    const response = problemResponse(error);
    if (response.status !== 401 || !wantsPage(request)) return response;
    const { pathname, search } = new URL(request.url);
    const page = formResponse(loginPage({ provider, returnTo: localPath(pathname + search) }), "text/html", 401);
    const challenge = response.headers.get("www-authenticate");
    if (challenge !== null) page.headers.set("www-authenticate", challenge);
    return page;
  };
}

/** Leads a browser that has no session to the page to log in, and from there back. Programs get a problem document. */
export const leadToLogin: NonNullable<ServedRoute["refuse"]> = (error, request) => {
  const response = problemResponse(error);
  if (response.status !== 401 || !wantsPage(request)) return response;
  const { pathname, search } = new URL(request.url);
  const location = `${basePath(request.headers)}login?return_to=${encodeURIComponent(localPath(pathname + search))}`;
  return new Response(null, { status: 302, headers: { location, "cache-control": "no-store" } });
};
