import type { DeliveryStatus, Webhook, WebhookDelivery, WebhookVerification } from "../../domain/webhook.ts";
import { given } from "../../lib/defined.ts";
import type { Builder } from "./builder.ts";
import type { ObjectTypes } from "./object-types.ts";
import { type PaginationInput, pageRequest } from "./pagination.ts";
import { optionalTask, requiredTask } from "./references.ts";
import { addWebhookInputs, addWebhookTypes, webhookRequestOf } from "./webhook-types.ts";

const NAME = { description: "Name of the webhook." } as const;

/** Adds the queries and mutations about webhooks and their deliveries. */
export function addWebhookFields(builder: Builder, objects: ObjectTypes, pagination: PaginationInput): void {
  const types = addWebhookTypes(builder, objects);
  addWebhookQueries(builder, types, pagination);
  addWebhookMutations(builder, types);
}

type WebhookTypes = ReturnType<typeof addWebhookTypes>;

function addWebhookQueries(builder: Builder, types: WebhookTypes, pagination: PaginationInput): void {
  const webhooks = builder.objectRef<{ webhooks: Webhook[]; total: number }>("WebhookList").implement({
    description: "A page of webhooks.",
    fields: (t) => ({
      webhooks: t.expose("webhooks", { type: [types.webhook], description: "The webhooks of this page." }),
      total: t.exposeInt("total", { description: "Number of webhooks that match, on all pages." }),
    }),
  });
  const deliveries = builder.objectRef<{ deliveries: WebhookDelivery[]; total: number }>("DeliveryList").implement({
    description: "A page of deliveries.",
    fields: (t) => ({
      deliveries: t.expose("deliveries", { type: [types.delivery], description: "The deliveries of this page." }),
      total: t.exposeInt("total", { description: "Number of deliveries that match, on all pages." }),
    }),
  });
  builder.queryFields((t) => ({
    webhooks: t.field({
      type: webhooks,
      description: "Webhooks that match all filters, newest first.",
      args: { pagination: t.arg({ type: pagination, required: false }), task: t.arg.id({ required: false }) },
      async resolve(_root, { pagination: page, task }, { services }) {
        const conditions = given({ task: optionalTask({ task }) });
        const [{ items }, total] = await Promise.all([
          services.webhooks.list(conditions, pageRequest(page)),
          services.webhooks.count(conditions),
        ]);
        return { webhooks: items, total };
      },
    }),
    webhook: t.field({
      type: types.webhook,
      nullable: true,
      description: "The webhook with this name; null if no webhook has it.",
      args: { name: t.arg.string(NAME) },
      resolve: (_root, { name }, { services }) => services.webhooks.find(name),
    }),
    webhookDeliveries: t.field({
      type: deliveries,
      description: "Deliveries of a webhook, newest first, with those that were refused.",
      args: {
        name: t.arg.string(NAME),
        status: t.arg.string({ required: false, description: "Only deliveries in this status." }),
        pagination: t.arg({ type: pagination, required: false }),
      },
      async resolve(_root, { name, status, pagination: page }, { services }) {
        const conditions = given({ status: status as DeliveryStatus | null | undefined });
        const [{ items }, total] = await Promise.all([
          services.webhooks.deliveries(name, conditions, pageRequest(page)),
          services.webhooks.countDeliveries(name, conditions),
        ]);
        return { deliveries: items, total };
      },
    }),
  }));
}

function addWebhookMutations(builder: Builder, types: WebhookTypes): void {
  const inputs = addWebhookInputs(builder);
  builder.mutationFields((t) => ({
    createWebhook: t.field({
      type: types.webhook,
      description: "Creates a webhook.",
      args: { input: t.arg({ type: inputs.create }) },
      resolve: (_root, { input }, { services }) =>
        services.webhooks.create(
          {
            ...webhookRequestOf(input),
            name: input.name,
            task: requiredTask(input, "/input"),
            verification: given(input.verification) as WebhookVerification,
          },
          "/input",
        ),
    }),
    updateWebhook: t.field({
      type: types.webhook,
      description: "Changes members of a webhook.",
      args: {
        name: t.arg.string(NAME),
        input: t.arg({ type: inputs.change, description: "The members to change." }),
      },
      resolve: (_root, { name, input }, { services }) => {
        const task = optionalTask(input, "/input");
        const change = { ...webhookRequestOf(input), ...given({ name: input.name, task }) };
        return services.webhooks.change(name, change, "/input");
      },
    }),
    deleteWebhook: t.boolean({
      description: "Deletes a webhook with its deliveries. The jobs that they created stay.",
      args: { name: t.arg.string(NAME) },
      async resolve(_root, { name }, { services }) {
        await services.webhooks.delete(name);
        return true;
      },
    }),
    replayDelivery: t.field({
      type: types.delivery,
      description: "Creates another job for a delivery, as the webhook is now.",
      args: {
        name: t.arg.string(NAME),
        id: t.arg.id({ description: "Id of the delivery, or the one that its sender gave it." }),
      },
      resolve: (_root, { name, id }, { services }) => services.webhooks.replay(name, String(id)),
    }),
  }));
}
