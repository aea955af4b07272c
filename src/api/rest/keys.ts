import { LONGEST_NAME } from "../../domain/credentials.ts";
import { ROLES } from "../../domain/principal.ts";
import { type IssuedKey, USUAL_OVERLAP } from "../../service/access/key-service.ts";
import type { Services } from "../../service/services.ts";
import { namedTarget } from "../http/audit-target.ts";
import { json, noContent } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { keyView } from "../resources/credentials.ts";
import { NAME_PARAMETER, TASK_PATTERNS } from "./users.ts";

const LIST_KEYS = {
  method: "GET",
  path: "/api/v1/keys",
  access: "admin",
  id: "listKeys",
  tag: "access",
  summary: "List API keys",
  description: "Returns all keys with the revoked ones, oldest first. The keys themselves are stored nowhere.",
  responses: { 200: { description: "The keys.", schema: "KeyPage" } },
} as const;

const CREATE_KEY = {
  method: "POST",
  path: "/api/v1/keys",
  access: "admin",
  id: "createKey",
  target: ({ name }: Readonly<Record<string, unknown>>) => namedTarget("keys", name),
  tag: "access",
  summary: "Create an API key",
  description:
    "The response has the key, which is not shown again. From the first user or key on, the server requires credentials.",
  body: {
    type: "object",
    properties: {
      name: { type: "string", minLength: 1, maxLength: LONGEST_NAME, description: "The name." },
      role: { enum: ROLES, description: "viewer, operator or admin." },
      tasks: TASK_PATTERNS,
      expires: {
        type: ["string", "integer", "null"],
        description: "How long the key is valid, such as 90d, or a number of ms. Default: until it is revoked.",
      },
    },
    required: ["name", "role"],
    additionalProperties: false,
  },
  bodyExample: { name: "ci", role: "operator", expires: "90d" },
  responses: { 201: { description: "The new key.", schema: "IssuedKey" } },
  problems: [409],
} as const;

const REVOKE_KEY = {
  method: "DELETE",
  path: "/api/v1/keys/:name",
  access: "admin",
  id: "revokeKey",
  tag: "access",
  summary: "Revoke an API key",
  description: "The key ceases to work at once, and stays in the list. Its name can be used again.",
  params: NAME_PARAMETER,
  responses: { 204: { description: "The key is revoked." } },
  problems: [404],
} as const;

const ROTATE_KEY = {
  method: "POST",
  path: "/api/v1/keys/:name/rotate",
  access: "admin",
  id: "rotateKey",
  tag: "access",
  summary: "Replace an API key by a new one",
  description: "The old key works for a while, so that its users can change over.",
  params: NAME_PARAMETER,
  body: {
    type: "object",
    properties: {
      overlap: {
        type: ["string", "integer"],
        description: `How long the old key stays valid, such as 10m, or a number of ms. Default: ${USUAL_OVERLAP}.`,
      },
    },
    additionalProperties: false,
  },
  bodyRequired: false,
  bodyExample: { overlap: "1h" },
  responses: { 200: { description: "The new key.", schema: "IssuedKey" } },
  problems: [404],
} as const;

/** Routes of API keys. */
export function keyRoutes({ keys }: Pick<Services, "keys">): Route[] {
  const issued = ({ key, secret }: IssuedKey) => ({ ...keyView(key), key: secret });
  return [
    defineRoute({
      ...LIST_KEYS,
      handle: async () => json({ items: (await keys.list()).map(keyView), nextCursor: null }),
    }),
    defineRoute({
      ...CREATE_KEY,
      handle: async ({ body }) => json(issued(await keys.create(body, "")), 201),
    }),
    defineRoute({
      ...REVOKE_KEY,
      async handle({ params: { name } }) {
        await keys.revoke(name);
        return noContent();
      },
    }),
    defineRoute({
      ...ROTATE_KEY,
      handle: async ({ params: { name }, body }) => json(issued(await keys.rotate(name, body, ""))),
    }),
  ];
}
