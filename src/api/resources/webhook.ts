import type { JsonObject } from "../../domain/json.ts";
import { RawJson } from "../../domain/raw-json.ts";
import {
  DELIVERY_STATUSES,
  HMAC_ALGORITHMS,
  HMAC_ENCODINGS,
  VERIFICATION_TYPES,
  WEBHOOK_RESPONSES,
  type Webhook,
  type WebhookDelivery,
} from "../../domain/webhook.ts";
import { timeText } from "../../lib/time-text.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import { COUNT, ID, ID_OR_NULL, SIZE, TASK_OR_NULL, TEXT, TEXT_OR_NULL, TIME } from "./parts.ts";
import { TASK_REFERENCE } from "./request-parts.ts";
import { defineNullable, definePartialResource, defineResource, type Typed, type View } from "./resource.ts";
import { taskName } from "./task-name.ts";

/** How deliveries are verified. */
export const VERIFICATION = definePartialResource(
  "How deliveries are verified.",
  {
    type: {
      type: "string",
      enum: VERIFICATION_TYPES,
      description:
        "The scheme of the sender: Standard Webhooks, GitHub, Stripe, a plain HMAC of the body, or the secret itself as a token.",
    },
    secret: { ...TEXT, description: "Name of the stored secret." },
    header: {
      ...TEXT,
      description:
        "Header with the signature or the token, only for hmac and token. Default: the usual one of the type.",
    },
    algorithm: {
      type: "string",
      enum: HMAC_ALGORITHMS,
      description: "Hash function, only for `hmac`. Default: sha256.",
    },
    encoding: {
      type: "string",
      enum: HMAC_ENCODINGS,
      description: "How the signature is written, only for `hmac`. Default: hex.",
    },
  },
  ["header", "algorithm", "encoding"],
);

/** Where the id of a delivery is. */
export const DEDUPLICATION = defineResource("Where the id of a delivery is.", {
  header: { ...TEXT, description: "Header with the id. A delivery without it is refused." },
});

/** An address for deliveries. */
export const WEBHOOK = defineResource("An address at which deliveries of other services create jobs.", {
  id: { ...ID, description: "Id of the webhook." },
  name: { ...TEXT, description: "Unique name of the webhook: its address is /hooks/NAME." },
  taskId: { ...ID, description: "Id of the task that its jobs run." },
  task: { ...TASK_OR_NULL, description: "The task that its jobs run; null once the task is gone from the database." },
  verification: { ...VERIFICATION, description: "How deliveries are verified." },
  deduplication: {
    ...defineNullable(DEDUPLICATION),
    description: "Where the id of a delivery is; null means the usual place of the type of verification.",
  },
  input: {
    description: "The template of the job's input; null means that the body of a delivery is the input.",
  },
  respond: {
    type: "string",
    enum: WEBHOOK_RESPONSES,
    description: "What a sender gets: the job at once, or the output once there is one.",
  },
  createdAt: { ...TIME, description: "When the webhook was created." },
  updatedAt: { ...TIME, description: "When the webhook was last changed." },
});

const HEADERS: Typed<Readonly<Record<string, string>>> & { additionalProperties: object } = {
  type: "object",
  additionalProperties: { type: "string", description: "Value of the header." },
};

/** A delivery. */
export const DELIVERY = defineResource("A delivery that arrived at a webhook.", {
  id: { ...ID, description: "Id of the delivery." },
  deliveryId: { ...TEXT_OR_NULL, description: "Id that the sender gave to the delivery; null if it gave none." },
  status: {
    type: "string",
    enum: DELIVERY_STATUSES,
    description: "accepted if it created a job, refused if it did not, replayed if it is the replay of another one.",
  },
  reason: { ...TEXT_OR_NULL, description: "Why the delivery was refused; null if it was not." },
  jobId: {
    ...ID_OR_NULL,
    description: "The job that it created, which may be deleted by now; null if it was refused.",
  },
  replayOf: { ...ID_OR_NULL, description: "Id of the delivery that was replayed; null for all others." },
  headers: { ...HEADERS, description: "Headers of the delivery, without signatures and credentials." },
  bytes: { ...SIZE, description: "Size of the body." },
  repeats: { ...COUNT, description: "How often the delivery arrived again." },
  receivedAt: { ...TIME, description: "When the delivery arrived." },
});

/** The job of a delivery. */
export const HOOK_RESULT = defineResource("What the sender of a delivery gets.", {
  job: {
    ...defineResource("The job of the delivery.", { id: { ...ID, description: "Id of the job." } }),
    description: "The job of the delivery. Repetitions of the delivery get the same one.",
  },
});

const SENT_VERIFICATION = {
  type: "object",
  properties: VERIFICATION.properties,
  required: ["type", "secret"],
  additionalProperties: false,
  description: WEBHOOK.properties.verification.description,
} as const;

const PROPERTIES = {
  name: { type: "string", description: "Unique name: letters, digits, dots, hyphens and underscores." },
  task: { ...TASK_REFERENCE, description: "The task to run: its label, uuid or id." },
  verification: SENT_VERIFICATION,
  deduplication: {
    type: ["object", "null"],
    properties: DEDUPLICATION.properties,
    required: ["header"],
    additionalProperties: false,
    description:
      "Where the id of a delivery is. Default: webhook-id, X-GitHub-Delivery, or the member id of Stripe's body; a plain HMAC and a token have none.",
  },
  input: {
    description:
      "The job's input, in which a string such as /body/data/id or /headers/x-event stands for that part of the delivery. Default: the JSON body.",
  },
  respond: {
    type: "string",
    enum: WEBHOOK_RESPONSES,
    default: "job",
    description: WEBHOOK.properties.respond.description,
  },
} as const;

/** A request for a new webhook. */
export const NEW_WEBHOOK = {
  type: "object",
  properties: PROPERTIES,
  required: ["name", "task", "verification"],
  additionalProperties: false,
} as const;

/** Changes to a webhook. null removes deduplication and input. */
export const WEBHOOK_CHANGE = { type: "object", properties: PROPERTIES, additionalProperties: false } as const;

/** A webhook as REST shows it. */
export function webhookView(webhook: Webhook, task: TaskRecord | undefined): View<typeof WEBHOOK> {
  const { id, name, taskId, verification, deduplicationHeader, inputJson, respond, createdAt, updatedAt } = webhook;
  return {
    id,
    name,
    taskId,
    task: task === undefined ? null : taskName(task),
    verification,
    deduplication: deduplicationHeader === null ? null : { header: deduplicationHeader },
    input: inputJson === null ? null : new RawJson(inputJson),
    respond,
    createdAt: timeText(createdAt),
    updatedAt: timeText(updatedAt),
  };
}

/** A delivery as REST shows it. */
export function deliveryView(delivery: WebhookDelivery): View<typeof DELIVERY> {
  const { webhookId: _, receivedAt, ...rest } = delivery;
  return { ...rest, receivedAt: timeText(receivedAt) };
}

const CREATED_AT = "2026-11-23T08:00:00.000Z";

/** A webhook for the examples of the OpenAPI document. */
export const WEBHOOK_EXAMPLE = {
  id: 3,
  name: "shop-orders",
  taskId: 1,
  task: { id: 1, uuid: "1d1f2c1e-5a53-4f0c-9d0b-3b7e5d3f6a10", label: "addition" },
  verification: { type: "standard", secret: "SHOP_WEBHOOK" },
  deduplication: null,
  input: { num1: "/body/data/net", num2: "/body/data/tax" },
  respond: "job",
  createdAt: CREATED_AT,
  updatedAt: CREATED_AT,
} satisfies JsonObject;

/** A delivery for the examples of the OpenAPI document. */
export const DELIVERY_EXAMPLE = {
  id: 12,
  deliveryId: "msg_2aZ9",
  status: "accepted",
  reason: null,
  jobId: 17,
  replayOf: null,
  headers: { "content-type": "application/json", "webhook-id": "msg_2aZ9" },
  bytes: 512,
  repeats: 1,
  receivedAt: CREATED_AT,
} satisfies JsonObject;
