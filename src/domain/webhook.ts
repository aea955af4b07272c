import type { NewJob } from "./job.ts";

/**
 * How a sender proves that a delivery is its own:
 *
 * - `standard`: Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature)
 * - `github`: X-Hub-Signature-256
 * - `stripe`: Stripe-Signature
 * - `hmac`: an HMAC of the body in a header
 * - `token`: the secret itself in a header
 */
export const VERIFICATION_TYPES = ["standard", "github", "stripe", "hmac", "token"] as const;

/** One of the {@link VERIFICATION_TYPES}. */
export type VerificationType = (typeof VERIFICATION_TYPES)[number];

/** Hash functions of an HMAC. */
export const HMAC_ALGORITHMS = ["sha256", "sha384", "sha512", "sha1"] as const;

/** How an HMAC is written. */
export const HMAC_ENCODINGS = ["hex", "base64"] as const;

/** How deliveries to a webhook are verified. */
export interface WebhookVerification {
  type: VerificationType;
  /** Name of the stored secret. */
  secret: string;
  /** Header with the signature or the token, for `hmac` and `token`. @default the usual one of the type */
  header?: string;
  /** Only for `hmac`. @default "sha256" */
  algorithm?: (typeof HMAC_ALGORITHMS)[number];
  /** Only for `hmac`. @default "hex" */
  encoding?: (typeof HMAC_ENCODINGS)[number];
}

/** What the sender of a delivery gets: the job at once, or the output once there is one. */
export const WEBHOOK_RESPONSES = ["job", "output"] as const;

/** One of the {@link WEBHOOK_RESPONSES}. */
export type WebhookResponse = (typeof WEBHOOK_RESPONSES)[number];

/** A definition without what the store adds. */
export interface NewWebhook {
  /** Unique; part of the address. */
  name: string;
  taskId: number;
  verification: WebhookVerification;
  /** Header with the id of a delivery. null: the usual place of the verification's type, if it has one. */
  deduplicationHeader: string | null;
  /** JSON of the input's template; null: the body is the input. */
  inputJson: string | null;
  respond: WebhookResponse;
}

/** An address to which other services send deliveries, each of which creates a job. Times are ms since the epoch. */
export interface Webhook extends NewWebhook {
  id: number;
  createdAt: number;
  updatedAt: number;
}

/**
 * - `accepted`: it created a job
 * - `refused`: it did not; `reason` says why
 * - `replayed`: somebody replayed an earlier one, which created a job
 */
export const DELIVERY_STATUSES = ["accepted", "refused", "replayed"] as const;

/** One of the {@link DELIVERY_STATUSES}. */
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** A delivery that arrived at a webhook. Times are ms since the epoch. */
export interface WebhookDelivery {
  id: number;
  webhookId: number;
  /** As the sender wrote it; null if it wrote none. */
  deliveryId: string | null;
  status: DeliveryStatus;
  /** Why it was refused. */
  reason: string | null;
  /** The job that it created, which may be gone by now. */
  jobId: number | null;
  /** The delivery that was replayed. */
  replayOf: number | null;
  /** Without those that prove who sent it. */
  headers: Readonly<Record<string, string>>;
  /** Size of the body. */
  bytes: number;
  /** How often it arrived again. */
  repeats: number;
  receivedAt: number;
}

/** A verified delivery with the job that it asks for. */
export interface NewDelivery {
  webhookId: number;
  deliveryId: string | null;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  job: Pick<NewJob, "taskId" | "inputJson" | "trace">;
}

/** A delivery that was not accepted. */
export interface RefusedDelivery {
  webhookId: number;
  deliveryId: string | null;
  reason: string;
  headers: Readonly<Record<string, string>>;
  bytes: number;
}

/** Longest id of a delivery, in characters. */
export const LONGEST_DELIVERY_ID = 256;

/** How far the time in a signature may be from now, in either direction, ms. */
export const REPLAY_WINDOW_MS = 5 * 60_000;
