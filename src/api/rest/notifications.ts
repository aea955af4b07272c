import type { JsonObject } from "../../domain/json.ts";
import { NOTIFICATION_STATES } from "../../domain/notification.ts";
import { defined } from "../../lib/defined.ts";
import type { Services } from "../../service/services.ts";
import { namedTarget } from "../http/audit-target.ts";
import { json, noContent } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import {
  NEW_NOTIFICATION_RULE,
  NOTIFICATION_RULE_CHANGE,
  notificationView,
  ruleView,
  testView,
} from "../resources/notification.ts";
import { LIST_PARAMETERS, pageOf } from "./list-query.ts";

const RULE_ID = { type: "integer", minimum: 1, description: "Id of the rule." } as const;
const PARAMS = { type: "object", properties: { id: RULE_ID }, required: ["id"], additionalProperties: false } as const;
const ONE = { tag: "notifications", access: "admin", params: PARAMS } as const;

const RULE_EXAMPLE: JsonObject = {
  name: "billing failures",
  when: "job.failed",
  task: "billing-*",
  throttle: "10m",
  to: [
    {
      type: "webhook",
      url: "https://ops.example.org/hooks/ratchet",
      secret: "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
    },
  ],
};

const CREATE_RULE = {
  method: "POST",
  path: "/api/v1/notifications/rules",
  access: "admin",
  id: "createNotificationRule",
  target: ({ name }: Readonly<Record<string, unknown>>) => namedTarget("notifications/rules", name),
  tag: "notifications",
  summary: "Create a rule of notifications",
  description:
    "The rule is about what happens from now on. Secrets of its receivers are encrypted, and can't be read back.",
  body: NEW_NOTIFICATION_RULE,
  bodyExample: RULE_EXAMPLE,
  responses: {
    201: { description: "The rule was created.", schema: "NotificationRule", location: "Path of the rule." },
  },
  problems: [409],
} as const;

const LIST_RULES = {
  method: "GET",
  path: "/api/v1/notifications/rules",
  access: "admin",
  id: "listNotificationRules",
  tag: "notifications",
  summary: "List the rules of notifications",
  description: "Returns all rules, also those of the configuration, newest first.",
  query: { type: "object", properties: LIST_PARAMETERS, additionalProperties: false },
  responses: { 200: { description: "A page of the list.", schema: "NotificationRulePage" } },
} as const;

const GET_RULE = {
  ...ONE,
  method: "GET",
  path: "/api/v1/notifications/rules/:id",
  id: "getNotificationRule",
  summary: "Get a rule of notifications",
  description: "Returns the rule without the secrets of its receivers.",
  responses: { 200: { description: "The rule.", schema: "NotificationRule" } },
  problems: [404],
} as const;

const CHANGE_RULE = {
  ...ONE,
  method: "PATCH",
  path: "/api/v1/notifications/rules/:id",
  id: "changeNotificationRule",
  summary: "Change members of a rule of notifications",
  description:
    "The changed rule is about what happens from now on; what it held back is dropped. null removes an optional condition. A receiver that is sent back as it was shown keeps its secret.",
  body: NOTIFICATION_RULE_CHANGE,
  bodyExample: { enabled: false },
  responses: { 200: { description: "The rule.", schema: "NotificationRule" } },
  problems: [404, 409],
} as const;

const DELETE_RULE = {
  ...ONE,
  method: "DELETE",
  path: "/api/v1/notifications/rules/:id",
  id: "deleteNotificationRule",
  summary: "Delete a rule of notifications",
  description: "Its deliveries are deleted with it, also those that are pending.",
  responses: { 204: { description: "The rule is deleted." } },
  problems: [404, 409],
} as const;

const TEST_RULE = {
  ...ONE,
  method: "POST",
  path: "/api/v1/notifications/rules/:id/test",
  id: "testNotificationRule",
  summary: "Send a test message to each receiver of a rule",
  description:
    "Sends one message that is marked as a test, once, also if the rule is disabled. Waits up to 10 seconds.",
  responses: { 200: { description: "What the receivers did.", schema: "NotificationTestResults" } },
  problems: [404],
} as const;

const LIST_DELIVERIES = {
  method: "GET",
  path: "/api/v1/notifications/deliveries",
  access: "admin",
  id: "listNotificationDeliveries",
  tag: "notifications",
  summary: "List the deliveries of notifications",
  description: "Returns the deliveries that match, newest first, each with its tries and the latest response.",
  query: {
    type: "object",
    properties: {
      ...LIST_PARAMETERS,
      rule: { type: "integer", minimum: 1, description: "Only deliveries of the rule with this id." },
      state: { type: "string", enum: NOTIFICATION_STATES, description: "Only deliveries in this state." },
    },
    additionalProperties: false,
  },
  responses: { 200: { description: "A page of the list.", schema: "NotificationDeliveryPage" } },
} as const;

/** Routes of notifications: rules, tests and deliveries. */
export function notificationRoutes({ notifications }: Pick<Services, "notifications">): Route[] {
  return [
    defineRoute({
      ...CREATE_RULE,
      async handle({ body }) {
        const rule = await notifications.create(body, "");
        return json(ruleView(rule), 201, { location: `/api/v1/notifications/rules/${rule.id}` });
      },
    }),
    defineRoute({
      ...LIST_RULES,
      async handle({ query }) {
        const { items, nextCursor } = await notifications.list(pageOf(query));
        return json({ items: items.map(ruleView), nextCursor });
      },
    }),
    defineRoute({
      ...GET_RULE,
      handle: async ({ params: { id } }) => json(ruleView(await notifications.get(id))),
    }),
    defineRoute({
      ...CHANGE_RULE,
      handle: async ({ params: { id }, body }) => json(ruleView(await notifications.change(id, body, ""))),
    }),
    defineRoute({
      ...DELETE_RULE,
      async handle({ params: { id } }) {
        await notifications.delete(id);
        return noContent();
      },
    }),
    defineRoute({
      ...TEST_RULE,
      handle: async ({ params: { id } }) => json({ items: (await notifications.test(id)).map(testView) }),
    }),
    defineRoute({
      ...LIST_DELIVERIES,
      async handle({ query }) {
        const { rule, state, ...page } = query;
        const { items, nextCursor } = await notifications.deliveries(defined({ rule, state }), pageOf(page));
        return json({ items: items.map(notificationView), nextCursor });
      },
    }),
  ];
}
