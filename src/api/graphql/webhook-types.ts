import type { Webhook, WebhookDelivery, WebhookVerification } from "../../domain/webhook.ts";
import { defined, given } from "../../lib/defined.ts";
import type { WebhookChange } from "../../service/webhooks/webhook-request.ts";
import { DEDUPLICATION, DELIVERY, NEW_WEBHOOK, VERIFICATION, WEBHOOK } from "../resources/webhook.ts";
import type { Builder } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { ObjectTypes } from "./object-types.ts";

/** Adds the types of webhooks and deliveries. */
export function addWebhookTypes(builder: Builder, { enums, task }: ObjectTypes) {
  const { task: ofTask, verification: ofVerification, deduplication, input } = WEBHOOK.properties;
  const verification = builder.objectRef<WebhookVerification>("WebhookVerification").implement({
    description: VERIFICATION.description,
    fields: (t) => exposedFields(t, enums, VERIFICATION, []),
  });
  const webhook = builder.objectRef<Webhook>("Webhook").implement({
    description: WEBHOOK.description,
    fields: (t) => ({
      ...exposedFields(t, enums, WEBHOOK, ["task", "verification", "deduplication", "input"]),
      task: t.field({
        type: task,
        nullable: true,
        description: ofTask.description,
        resolve: ({ taskId }, _args, { loaders }) => loaders.task.load(taskId),
      }),
      verification: t.expose("verification", { type: verification, description: ofVerification.description }),
      deduplicationHeader: t.exposeString("deduplicationHeader", {
        nullable: true,
        description: deduplication.description,
      }),
      input: t.field({
        type: "JSON",
        nullable: true,
        description: input.description,
        resolve: ({ inputJson }) => (inputJson === null ? null : (JSON.parse(inputJson) as unknown)),
      }),
    }),
  });
  const delivery = builder.objectRef<WebhookDelivery>("WebhookDelivery").implement({
    description: DELIVERY.description,
    fields: (t) => exposedFields(t, enums, DELIVERY, []),
  });
  return { webhook, delivery };
}

/** Adds the inputs that describe a webhook, and changes to one. */
export function addWebhookInputs(builder: Builder) {
  const { name, task, input, respond, deduplication, verification: ofVerification } = NEW_WEBHOOK.properties;
  const { type, secret, header, algorithm, encoding } = VERIFICATION.properties;
  const verification = builder.inputType("WebhookVerificationInput", {
    description: VERIFICATION.description,
    fields: (t) => ({
      type: t.string({ description: type.description }),
      secret: t.string({ description: secret.description }),
      header: t.string({ required: false, description: header.description }),
      algorithm: t.string({ required: false, description: algorithm.description }),
      encoding: t.string({ required: false, description: encoding.description }),
    }),
  });
  const deduplicationInput = builder.inputType("WebhookDeduplicationInput", {
    description: DEDUPLICATION.description,
    fields: (t) => ({ header: t.string({ description: DEDUPLICATION.properties.header.description }) }),
  });
  const create = builder.inputType("CreateWebhookInput", {
    description: "A webhook to create.",
    fields: (t) => ({
      name: t.string({ description: name.description }),
      task: t.id({ description: task.description }),
      verification: t.field({ type: verification, description: ofVerification.description }),
      deduplication: t.field({ type: deduplicationInput, required: false, description: deduplication.description }),
      input: t.field({ type: "JSON", required: false, description: input.description }),
      respond: t.string({ required: false, description: respond.description }),
    }),
  });
  const change = builder.inputType("UpdateWebhookInput", {
    description: "Members to change. null removes deduplication and input.",
    fields: (t) => ({
      name: t.string({ required: false, description: name.description }),
      task: t.id({ required: false, description: task.description }),
      verification: t.field({ type: verification, required: false, description: ofVerification.description }),
      deduplication: t.field({ type: deduplicationInput, required: false, description: deduplication.description }),
      input: t.field({ type: "JSON", required: false, description: input.description }),
      respond: t.string({ required: false, description: respond.description }),
    }),
  });
  return { create, change };
}

/** The members of both inputs, without name and task. */
interface SentWebhook {
  verification?: SentVerification | null | undefined;
  deduplication?: { header: string } | null | undefined;
  input?: unknown;
  respond?: string | null | undefined;
}

type SentVerification = { [K in keyof WebhookVerification]: string | null | undefined };

/** Converts what was sent. The service checks the values. */
export function webhookRequestOf({ verification, deduplication, input, respond }: SentWebhook): WebhookChange {
  return {
    ...defined({ deduplication, input }),
    ...(given({ respond, verification: verification == null ? verification : given(verification) }) as WebhookChange),
  };
}
