import type { OidcLogin } from "../../access/oidc/login.ts";
import { endedLoginCookie, loginCookie, sentLoginCookie } from "../../access/oidc/login-cookie.ts";
import { sessionCookie } from "../../access/session-cookie.ts";
import type { Services } from "../../service/services.ts";
import { problemResponse } from "../http/problem.ts";
import type { RawCall, ServedRoute } from "../http/served-route.ts";

const CALLBACK = "/auth/oidc/callback";

/** Routes of logins with an OpenID provider: to the provider's page, and back from it. */
export function oidcRoutes(login: OidcLogin | undefined, { sessions }: Pick<Services, "sessions">): ServedRoute[] {
  if (login === undefined) return [];
  return [
    {
      method: "GET",
      path: "/auth/oidc/login",
      requires: { access: "public", body: "ignored" },
      async respond(call) {
        const { searchParams } = new URL(call.request.url);
        const begun = await login.begin(addressOf(call, CALLBACK), searchParams.get("return_to") ?? undefined);
        return redirect(begun.url, [loginCookie(begun.cookie, call.caller.secure)]);
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
          const { principal, returnTo } = await login.finish(callback, sentLoginCookie(call.request.headers, secure));
          const { token, maxAgeMs } = await sessions.begin(principal);
          return redirect(returnTo, [sessionCookie(token, maxAgeMs, secure), endedLoginCookie(secure)]);
        } catch (error) {
          const response = problemResponse(error);
          response.headers.append("set-cookie", endedLoginCookie(secure));
          return response;
        }
      },
    },
  ];
}

/** The address of this server, as the browser knows it. */
function addressOf({ request, caller }: RawCall, path: string): string {
  return `${caller.secure ? "https" : "http"}://${request.headers.get("host") ?? ""}${path}`;
}

function redirect(location: string, cookies: readonly string[]): Response {
  const response = new Response(null, { status: 302, headers: { location, "cache-control": "no-store" } });
  for (const cookie of cookies) response.headers.append("set-cookie", cookie);
  return response;
}
