import type { Services } from "../../service/services.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { auditEntryView } from "../resources/audit-entry.ts";
import { LIST_PARAMETERS, pageOf, TIME_PARAMETERS } from "./list-query.ts";

const TEXT = { type: "string", maxLength: 300 } as const;

const LIST_AUDIT = {
  method: "GET",
  path: "/api/v1/audit",
  access: "admin",
  id: "listAudit",
  tag: "audit",
  summary: "List the entries of the audit log",
  description: "Returns who did what to which thing, when, from where and with what outcome, newest first.",
  query: {
    type: "object",
    properties: {
      ...LIST_PARAMETERS,
      ...TIME_PARAMETERS,
      actor: { ...TEXT, description: "Only entries of this actor, such as user:ada." },
      action: { ...TEXT, description: "Only entries about this action, such as cancelJob." },
      target: { ...TEXT, description: "Only entries about this target, such as jobs/17." },
      outcome: { ...TEXT, description: "Only entries with this outcome: ok, or the code of an error." },
    },
    additionalProperties: false,
  },
  responses: { 200: { description: "A page of the list.", schema: "AuditPage" } },
} as const;

/** Routes of the audit log. */
export function auditRoutes({ audit }: Pick<Services, "audit">): Route[] {
  return [
    defineRoute({
      ...LIST_AUDIT,
      async handle({ query: { limit, cursor, order, ...conditions } }) {
        const { items, nextCursor } = await audit.list(conditions, pageOf({ limit, cursor, order }), "");
        return json({ items: items.map(auditEntryView), nextCursor });
      },
    }),
  ];
}
