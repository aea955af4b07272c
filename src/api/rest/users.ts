import { LONGEST_NAME } from "../../domain/credentials.ts";
import { MAX_PATTERNS } from "../../domain/label-pattern.ts";
import { ROLES } from "../../domain/principal.ts";
import type { Services } from "../../service/services.ts";
import { namedTarget } from "../http/audit-target.ts";
import { json, noContent } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { userView } from "../resources/credentials.ts";

const ROLE = { enum: ROLES, description: "viewer, operator or admin." } as const;

/** Label patterns of a request. */
export const TASK_PATTERNS = {
  type: ["array", "null"],
  items: { type: "string", minLength: 1, maxLength: 200 },
  minItems: 1,
  maxItems: MAX_PATTERNS,
  description:
    "Limits it to tasks whose label matches one of these patterns, such as billing-*. Only * is special. Default: all tasks.",
} as const;

/** A name that becomes part of a path. */
export const NAME_PARAMETER = {
  type: "object",
  properties: { name: { type: "string", description: "The name, without regard to case." } },
  required: ["name"],
  additionalProperties: false,
} as const;

const NAME = { type: "string", minLength: 1, maxLength: LONGEST_NAME, description: "The name." } as const;
const PASSWORD = { type: "string", description: "At least 8 characters." } as const;

const LIST_USERS = {
  method: "GET",
  path: "/api/v1/users",
  access: "admin",
  id: "listUsers",
  tag: "access",
  summary: "List users",
  description: "Returns all users, by name.",
  responses: { 200: { description: "The users.", schema: "UserPage" } },
} as const;

const CREATE_USER = {
  method: "POST",
  path: "/api/v1/users",
  access: "admin",
  id: "createUser",
  target: ({ name }: Readonly<Record<string, unknown>>) => namedTarget("users", name),
  tag: "access",
  summary: "Create a user with a password",
  description: "From the first user or key on, the server requires credentials.",
  body: {
    type: "object",
    properties: { name: NAME, role: ROLE, tasks: TASK_PATTERNS, password: PASSWORD },
    required: ["name", "role", "password"],
    additionalProperties: false,
  },
  bodyExample: { name: "ada", role: "operator", password: "correct horse battery staple" },
  responses: {
    201: { description: "The user.", schema: "User", location: "The user's own resource." },
  },
  problems: [409],
} as const;

const GET_USER = {
  method: "GET",
  path: "/api/v1/users/:name",
  access: "admin",
  id: "getUser",
  tag: "access",
  summary: "Get a user",
  description: "Returns what the user may do.",
  params: NAME_PARAMETER,
  responses: { 200: { description: "The user.", schema: "User" } },
  problems: [404],
} as const;

const CHANGE_USER = {
  method: "PATCH",
  path: "/api/v1/users/:name",
  access: "admin",
  id: "changeUser",
  tag: "access",
  summary: "Change the role, the tasks or the password of a user",
  description: "A new role takes effect at once. A new password ends the user's sessions.",
  params: NAME_PARAMETER,
  body: {
    type: "object",
    properties: { role: ROLE, tasks: TASK_PATTERNS, password: PASSWORD },
    additionalProperties: false,
  },
  bodyExample: { role: "viewer" },
  responses: { 200: { description: "The changed user.", schema: "User" } },
  problems: [404],
} as const;

const DELETE_USER = {
  method: "DELETE",
  path: "/api/v1/users/:name",
  access: "admin",
  id: "deleteUser",
  tag: "access",
  summary: "Delete a user",
  description: "The user's sessions end.",
  params: NAME_PARAMETER,
  responses: { 204: { description: "The user is deleted." } },
  problems: [404],
} as const;

/** Routes of users. */
export function userRoutes({ users }: Pick<Services, "users">): Route[] {
  return [
    defineRoute({
      ...LIST_USERS,
      handle: async () => json({ items: (await users.list()).map(userView), nextCursor: null }),
    }),
    defineRoute({
      ...CREATE_USER,
      async handle({ body }) {
        const user = await users.create(body, "");
        return json(userView(user), 201, { location: `/api/v1/users/${encodeURIComponent(user.name)}` });
      },
    }),
    defineRoute({
      ...GET_USER,
      handle: async ({ params: { name } }) => json(userView(await users.get(name))),
    }),
    defineRoute({
      ...CHANGE_USER,
      handle: async ({ params: { name }, body }) => json(userView(await users.change(name, body, ""))),
    }),
    defineRoute({
      ...DELETE_USER,
      async handle({ params: { name } }) {
        await users.delete(name);
        return noContent();
      },
    }),
  ];
}
