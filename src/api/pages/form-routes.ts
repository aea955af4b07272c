import { localPath } from "../../access/oidc/login-state.ts";
import { RatchetError } from "../../domain/errors.ts";
import type { Services } from "../../service/services.ts";
import { problemResponse } from "../http/problem.ts";
import type { ServedRoute } from "../http/served-route.ts";
import { basePath } from "./base-path.ts";
import type { DashboardFiles } from "./dashboard-archive.ts";
import { type FormPage, formDocument, formResponse, wantsPage } from "./form-document.ts";
import { loggedInPage, loginPage, setupPage, waitingForSetupPage } from "./form-pages.ts";
import { FORM_SCRIPT } from "./form-script.ts";

/** What the pages with forms need. */
export interface FormDependencies {
  setup: Services["setup"];
  /** Host of the OpenID provider, if there is one. */
  provider: string | undefined;
  /** The files that give the pages their look. */
  files: Pick<DashboardFiles, "names">;
}

/** Responds with a page, whose addresses stay under the path that a proxy strips. */
export function formPageResponse(page: FormPage, request: Request, files: FormDependencies["files"], status = 200) {
  const frame = { base: basePath(request.headers), files: files.names() };
  return formResponse(formDocument(page, frame), "text/html", status);
}

/** Routes of the pages with which people log in and set a server up. */
export function formRoutes({ setup, provider, files }: FormDependencies): ServedRoute[] {
  const form = (path: string, duringSetup: boolean, respond: ServedRoute["respond"]): ServedRoute => ({
    method: "GET",
    path,
    requires: { access: "public", body: "ignored", duringSetup },
    respond,
  });
  return [
    {
      ...form("/login", false, ({ request, caller: { principal } }) => {
        const returnTo = localPath(new URL(request.url).searchParams.get("return_to") ?? "/");
        const page = principal === undefined ? loginPage({ provider, returnTo }) : loggedInPage(principal, returnTo);
        return formPageResponse(page, request, files);
      }),
      refuse: (error, request) => leadToLogin(files)(error, request),
    },
    form("/setup", true, async ({ request }) => {
      const state = await setup.state(new URL(request.url).searchParams.get("token") ?? "");
      return formPageResponse(setupPage(state), request, files, state === "wrong-token" ? 403 : 200);
    }),
    form("/login/form.js", true, () => formResponse(FORM_SCRIPT, "text/javascript")),
  ];
}

/**
 * Creates the response to a request for a page that the gate refused: to a browser the form to log in, in place of the
 * page, and to programs a problem document.
 */
export function askForLogin({ provider, files }: FormDependencies): NonNullable<ServedRoute["refuse"]> {
  return (error, request) => {
    const response = problemResponse(error);
    if (!wantsPage(request)) return response;
    if (response.status !== 401) return leadToLogin(files)(error, request);
    const { pathname, search } = new URL(request.url);
    const page = formPageResponse(loginPage({ provider, returnTo: localPath(pathname + search) }), request, files, 401);
    const challenge = response.headers.get("www-authenticate");
    if (challenge !== null) page.headers.set("www-authenticate", challenge);
    return page;
  };
}

/**
 * Creates the response that leads a browser without a session to the page to log in, and from there back. On a server
 * without users it says how to set it up. Programs get a problem document.
 */
export function leadToLogin(files: FormDependencies["files"]): NonNullable<ServedRoute["refuse"]> {
  return (error, request) => {
    const response = problemResponse(error);
    if (!wantsPage(request)) return response;
    if (error instanceof RatchetError && error.code === "SETUP_REQUIRED") {
      return formPageResponse(waitingForSetupPage(), request, files, response.status);
    }
    if (response.status !== 401) return response;
    const { pathname, search } = new URL(request.url);
    const location = `${basePath(request.headers)}login?return_to=${encodeURIComponent(localPath(pathname + search))}`;
    return new Response(null, { status: 302, headers: { location, "cache-control": "no-store" } });
  };
}
