import type { OidcLogin } from "../../access/oidc/login.ts";
import { endedLoginCookie, loginCookie, sentLoginCookie } from "../../access/oidc/login-cookie.ts";
import { localPath, readLoginState } from "../../access/oidc/login-state.ts";
import { sessionCookie } from "../../access/session-cookie.ts";
import { identityActor } from "../../domain/audit.ts";
import type { Services } from "../../service/services.ts";
import { namedTarget } from "../http/audit-target.ts";
import type { AuditTrail } from "../http/audit-trail.ts";
import { problemResponse, publicError } from "../http/problem.ts";
import type { RawCall, ServedRoute } from "../http/served-route.ts";
import { basePath } from "./base-path.ts";
import { wantsPage } from "./form-document.ts";
import { failurePage } from "./form-pages.ts";
import { type FormDependencies, formPageResponse } from "./form-routes.ts";

const CALLBACK = "/auth/oidc/callback";

/** The name of a login in the audit log, whether it succeeds or not. */
const ACTION = "oidcLogin";

/** Routes of logins with an OpenID provider: to the provider's page, and back from it. */
export function oidcRoutes(
  login: OidcLogin | undefined,
  { sessions }: Pick<Services, "sessions">,
  { trail, files }: { trail: Pick<AuditTrail, "change">; files: FormDependencies["files"] },
): ServedRoute[] {
  if (login === undefined) return [];
  return [
    {
      method: "GET",
      path: "/auth/oidc/login",
      requires: { access: "public", body: "ignored" },
      async respond(call) {
        const { searchParams } = new URL(call.request.url);
        const returnTo = searchParams.get("return_to") ?? undefined;
        try {
          const begun = await login.begin(addressOf(call, CALLBACK), returnTo);
          return redirect(begun.url, [loginCookie(begun.cookie, call.caller.secure)]);
        } catch (error) {
          return failure(error, call.request, returnTo, files);
        }
      },
    },
    {
      method: "GET",
      path: CALLBACK,
      requires: { access: "public", body: "ignored" },
      async respond(call) {
        const { secure } = call.caller;
        const callback = new URL(addressOf(call, CALLBACK));
        callback.search = new URL(call.request.url).search;
        try {
          return await trail.change({ action: ACTION, params: {} }, call.caller, async (draft) => {
            const cookie = sentLoginCookie(call.request.headers, secure);
            const { principal, returnTo } = await login.finish(callback, cookie, (identity) => {
              draft.actor = identityActor(identity);
              draft.target = namedTarget(identity.kind, identity.name) ?? null;
            });
            const { token, maxAgeMs } = await sessions.begin(principal);
            return redirect(basePath(call.request.headers) + returnTo.slice(1), [
              sessionCookie(token, maxAgeMs, secure),
              endedLoginCookie(secure),
            ]);
          });
        } catch (error) {
          const begun = readLoginState(sentLoginCookie(call.request.headers, secure) ?? "");
          const response = failure(error, call.request, begun?.returnTo, files);
          response.headers.append("set-cookie", endedLoginCookie(secure));
          return response;
        }
      },
    },
  ];
}

/** Responds to a browser with a page that says what happened, and to programs with a problem document. */
function failure(
  error: unknown,
  request: Request,
  returnTo: string | undefined,
  files: FormDependencies["files"],
): Response {
  const response = problemResponse(error);
  if (!wantsPage(request)) return response;
  const { message, remedy } = publicError(error);
  const again = `/auth/oidc/login?return_to=${encodeURIComponent(localPath(returnTo))}`;
  const page = formPageResponse(failurePage(message, remedy, again), request, files, response.status);
  const challenge = response.headers.get("www-authenticate");
  if (challenge !== null) page.headers.set("www-authenticate", challenge);
  return page;
}

/** The address of this server, as the browser knows it. */
function addressOf({ request, caller }: RawCall, path: string): string {
  const { headers } = request;
  return `${caller.secure ? "https" : "http"}://${headers.get("host") ?? ""}${basePath(headers)}${path.slice(1)}`;
}

function redirect(location: string, cookies: readonly string[]): Response {
  const response = new Response(null, { status: 302, headers: { location, "cache-control": "no-store" } });
  for (const cookie of cookies) response.headers.append("set-cookie", cookie);
  return response;
}
