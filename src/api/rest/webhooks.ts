import { DELIVERY_STATUSES, type Webhook } from "../../domain/webhook.ts";
import { defined } from "../../lib/defined.ts";
import type { Services } from "../../service/services.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import { namedTarget } from "../http/audit-target.ts";
import { json, noContent } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { deliveryView, NEW_WEBHOOK, WEBHOOK_CHANGE, webhookView } from "../resources/webhook.ts";
import { LIST_PARAMETERS, pageOf } from "./list-query.ts";

const NAME = { type: "string", description: "Name of the webhook." } as const;
const PARAMS = { type: "object", properties: { name: NAME }, required: ["name"], additionalProperties: false } as const;
const ONE = { tag: "webhooks", params: PARAMS, problems: [404] } as const;

const CREATE_WEBHOOK = {
  method: "POST",
  path: "/api/v1/webhooks",
  access: "write",
  id: "createWebhook",
  target: ({ name }: Readonly<Record<string, unknown>>) => namedTarget("webhooks", name),
  tag: "webhooks",
  summary: "Create a webhook",
  description: "Deliveries to /hooks/NAME are verified with the secret, and each creates one job.",
  body: NEW_WEBHOOK,
  bodyExample: {
    name: "shop-orders",
    task: "addition",
    verification: { type: "standard", secret: "SHOP_WEBHOOK" },
    input: { num1: "/body/data/net", num2: "/body/data/tax" },
  },
  responses: { 201: { description: "The webhook was created.", schema: "Webhook", location: "Path of the webhook." } },
  problems: [404, 409],
} as const;

const LIST_WEBHOOKS = {
  method: "GET",
  path: "/api/v1/webhooks",
  access: "read",
  id: "listWebhooks",
  tag: "webhooks",
  summary: "List webhooks",
  description: "Returns the webhooks that match, newest first.",
  query: {
    type: "object",
    properties: { ...LIST_PARAMETERS, task: { type: "string", description: "Label, uuid or id of a task." } },
    additionalProperties: false,
  },
  responses: { 200: { description: "A page of the list.", schema: "WebhookPage" } },
  problems: [404],
} as const;

const GET_WEBHOOK = {
  ...ONE,
  method: "GET",
  path: "/api/v1/webhooks/:name",
  access: "read",
  id: "getWebhook",
  summary: "Get a webhook",
  description: "Returns the definition of the webhook. It contains the name of the secret, not its value.",
  responses: { 200: { description: "The webhook.", schema: "Webhook" } },
} as const;

const CHANGE_WEBHOOK = {
  ...ONE,
  method: "PATCH",
  path: "/api/v1/webhooks/:name",
  access: "write",
  id: "changeWebhook",
  summary: "Change members of a webhook",
  description:
    "Deliveries that arrive from now on are handled as the webhook is then. null removes deduplication and input.",
  body: WEBHOOK_CHANGE,
  bodyExample: { respond: "output" },
  responses: { 200: { description: "The webhook.", schema: "Webhook" } },
  problems: [404, 409],
} as const;

const DELETE_WEBHOOK = {
  ...ONE,
  method: "DELETE",
  path: "/api/v1/webhooks/:name",
  access: "write",
  id: "deleteWebhook",
  summary: "Delete a webhook",
  description: "Its deliveries are deleted with it. The jobs that they created stay.",
  responses: { 204: { description: "The webhook is deleted." } },
} as const;

const LIST_DELIVERIES = {
  ...ONE,
  method: "GET",
  path: "/api/v1/webhooks/:name/deliveries",
  access: "read",
  id: "listDeliveries",
  summary: "List the deliveries of a webhook",
  description: "Returns the deliveries that match, newest first, with those that were refused.",
  query: {
    type: "object",
    properties: {
      ...LIST_PARAMETERS,
      status: { type: "string", enum: DELIVERY_STATUSES, description: "Only deliveries in this status." },
    },
    additionalProperties: false,
  },
  responses: { 200: { description: "A page of the list.", schema: "DeliveryPage" } },
} as const;

const REPLAY_DELIVERY = {
  ...ONE,
  method: "POST",
  path: "/api/v1/webhooks/:name/deliveries/:id/replay",
  access: "write",
  id: "replayDelivery",
  summary: "Create another job for a delivery",
  description:
    "The input is made from the stored delivery by the webhook as it is now. A refused delivery can't be replayed.",
  params: {
    type: "object",
    properties: {
      name: NAME,
      id: { type: "string", description: "Id of the delivery, or the one that its sender gave it." },
    },
    required: ["name", "id"],
    additionalProperties: false,
  },
  responses: { 202: { description: "The new job.", schema: "HookResult" } },
  problems: [404, 409, 413, 422],
} as const;

/** Routes of webhooks and their deliveries. */
export function webhookRoutes({ webhooks, tasks }: Pick<Services, "webhooks" | "tasks">): Route[] {
  const view = async (webhook: Webhook) => webhookView(webhook, await tasks.ofItem(webhook));
  return [
    defineRoute({
      ...CREATE_WEBHOOK,
      async handle({ body }) {
        const webhook = await webhooks.create(body, "");
        return json(await view(webhook), 201, { location: `/api/v1/webhooks/${webhook.name}` });
      },
    }),
    defineRoute({
      ...LIST_WEBHOOKS,
      async handle({ query }) {
        const { task, ...page } = query;
        const reference = task === undefined ? undefined : taskReference(task);
        const { items, nextCursor } = await webhooks.list(defined({ task: reference }), pageOf(page));
        const found = await tasks.ofItems(items);
        return json({ items: items.map((one) => webhookView(one, found.get(one.taskId))), nextCursor });
      },
    }),
    defineRoute({
      ...GET_WEBHOOK,
      handle: async ({ params: { name } }) => json(await view(await webhooks.get(name))),
    }),
    defineRoute({
      ...CHANGE_WEBHOOK,
      handle: async ({ params: { name }, body }) => json(await view(await webhooks.change(name, body, ""))),
    }),
    defineRoute({
      ...DELETE_WEBHOOK,
      async handle({ params: { name } }) {
        await webhooks.delete(name);
        return noContent();
      },
    }),
    defineRoute({
      ...LIST_DELIVERIES,
      async handle({ params: { name }, query }) {
        const { status, ...page } = query;
        const { items, nextCursor } = await webhooks.deliveries(name, defined({ status }), pageOf(page));
        return json({ items: items.map(deliveryView), nextCursor });
      },
    }),
    defineRoute({
      ...REPLAY_DELIVERY,
      async handle({ params: { name, id } }) {
        const { jobId } = await webhooks.replay(name, id);
        return json({ job: { id: jobId } }, 202);
      },
    }),
  ];
}
