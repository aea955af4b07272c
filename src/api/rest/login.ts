import { endedSessionCookie, sessionCookie, sessionToken } from "../../access/session-cookie.ts";
import { ANONYMOUS } from "../../domain/audit.ts";
import { LOCAL_PRINCIPAL } from "../../domain/principal.ts";
import type { BegunSession } from "../../service/access/session-service.ts";
import type { Services } from "../../service/services.ts";
import { namedTarget } from "../http/audit-target.ts";
import type { LoginThrottle } from "../http/login-throttle.ts";
import { json, noContent } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { identityView } from "../resources/credentials.ts";

const USERNAME = { type: "string", description: "Name of the user." } as const;
const PASSWORD = { type: "string", description: "The password." } as const;

const LOGIN = {
  method: "POST",
  path: "/api/v1/login",
  access: "public",
  id: "login",
  target: ({ username }: Readonly<Record<string, unknown>>) => namedTarget("users", username),
  tag: "access",
  summary: "Log in with a password",
  description: "Sets a session cookie. A wrong password and an unknown user get the same response.",
  body: {
    type: "object",
    properties: { username: USERNAME, password: PASSWORD },
    required: ["username", "password"],
    additionalProperties: false,
  },
  bodyExample: { username: "ada", password: "correct horse battery staple" },
  responses: { 200: { description: "Who is logged in.", schema: "Identity" } },
  problems: [401, 429],
} as const;

const LOGOUT = {
  method: "POST",
  path: "/api/v1/logout",
  access: "public",
  id: "logout",
  tag: "access",
  summary: "Log out",
  description: "Ends the session of the cookie. Without a session, nothing happens.",
  responses: { 204: { description: "The session has ended." } },
} as const;

const SETUP = {
  method: "POST",
  path: "/api/v1/setup",
  access: "public",
  duringSetup: true,
  id: "setUp",
  target: ({ username }: Readonly<Record<string, unknown>>) => namedTarget("users", username),
  tag: "access",
  summary: "Create the first admin of a server",
  description:
    "Needs the token of the URL that the server printed when it started. Works once, and for 15 minutes. Also logs the admin in.",
  body: {
    type: "object",
    properties: {
      token: { type: "string", description: "The token of the URL." },
      username: USERNAME,
      password: { type: "string", description: "At least 8 characters." },
    },
    required: ["token", "username", "password"],
    additionalProperties: false,
  },
  bodyExample: { token: "kXo2mVQ0...", username: "ada", password: "correct horse battery staple" },
  responses: { 201: { description: "The first admin, who is logged in.", schema: "Identity" } },
  problems: [401],
} as const;

const GET_ME = {
  method: "GET",
  path: "/api/v1/me",
  access: "read",
  id: "getMe",
  tag: "access",
  summary: "Get who the caller is",
  description: "Returns the name and the role that the credentials of the request stand for.",
  responses: { 200: { description: "Who the caller is.", schema: "Identity" } },
} as const;

/** Routes by which people log in and out, and find out who they are. */
export function loginRoutes(
  { sessions, setup }: Pick<Services, "sessions" | "setup">,
  throttle: LoginThrottle,
): Route[] {
  const begun = ({ principal, token, maxAgeMs }: BegunSession, status: number, secure: boolean) =>
    json(identityView(principal), status, { "set-cookie": sessionCookie(token, maxAgeMs, secure) });
  return [
    defineRoute({
      ...LOGIN,
      async handle({ body, caller: { address, secure }, draft }) {
        const { username } = body;
        const attempt = throttle.begin(address, username);
        // The session is stored, with its entry in the audit log, only if the password is right.
        if (draft !== undefined) draft.actor = `user:${username}`;
        const session = await sessions.login(body).catch((error: unknown) => {
          if (draft !== undefined) draft.actor = ANONYMOUS;
          throw error;
        });
        attempt.succeeded();
        return begun(session, 200, secure);
      },
    }),
    defineRoute({
      ...LOGOUT,
      async handle({ request, caller: { secure } }) {
        const token = sessionToken(request.headers, secure);
        if (token !== undefined) await sessions.logout(token);
        const response = noContent();
        response.headers.set("set-cookie", endedSessionCookie(secure));
        return response;
      },
    }),
    defineRoute({
      ...SETUP,
      handle: async ({ body, caller: { secure } }) => begun(await setup.run(body, ""), 201, secure),
    }),
    defineRoute({
      ...GET_ME,
      handle: ({ caller: { principal = LOCAL_PRINCIPAL } }) => json(identityView(principal)),
    }),
  ];
}
