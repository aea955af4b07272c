import type { Services } from "../../service/services.ts";
import { json, noContent } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { SECRET_PARAMETER, SECRET_VALUE, secretView } from "../resources/secret.ts";

const ONE = { tag: "secrets", path: "/api/v1/secrets/:name", access: "admin", params: SECRET_PARAMETER } as const;

const LIST_SECRETS = {
  method: "GET",
  path: "/api/v1/secrets",
  access: "admin",
  id: "listSecrets",
  tag: "secrets",
  summary: "List the stored secrets",
  description: "Returns names and times, by name. Values can't be read.",
  responses: { 200: { description: "All secrets.", schema: "SecretPage" } },
} as const;

const PUT_SECRET = {
  ...ONE,
  method: "PUT",
  id: "putSecret",
  summary: "Create a secret or replace its value",
  description: "Executions that start from now on get the new value.",
  body: SECRET_VALUE,
  bodyExample: { value: "the value" },
  problems: [409],
  responses: {
    201: { description: "The secret was created.", schema: "Secret" },
    200: { description: "The value was replaced.", schema: "Secret" },
  },
} as const;

const DELETE_SECRET = {
  ...ONE,
  method: "DELETE",
  id: "deleteSecret",
  summary: "Delete a secret",
  description: "Executions of tasks that declare it fail from now on.",
  problems: [404],
  responses: { 204: { description: "The secret is deleted." } },
} as const;

/** Routes of the stored secrets. */
export function secretRoutes({ secrets }: Pick<Services, "secrets">): Route[] {
  return [
    defineRoute({
      ...LIST_SECRETS,
      handle: async () => json({ items: (await secrets.list()).map(secretView), nextCursor: null }),
    }),
    defineRoute({
      ...PUT_SECRET,
      async handle({ params: { name }, body: { value } }) {
        const { record, created } = await secrets.put(name, value, "/value");
        return json(secretView(record), created ? 201 : 200);
      },
    }),
    defineRoute({
      ...DELETE_SECRET,
      async handle({ params: { name } }) {
        await secrets.delete(name);
        return noContent();
      },
    }),
  ];
}
