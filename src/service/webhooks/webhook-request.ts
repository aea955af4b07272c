import type { JsonValue } from "../../domain/json.ts";
import { jsonText } from "../../domain/raw-json.ts";
import {
  HMAC_ALGORITHMS,
  HMAC_ENCODINGS,
  type NewWebhook,
  VERIFICATION_TYPES,
  type VerificationType,
  WEBHOOK_RESPONSES,
  type WebhookResponse,
  type WebhookVerification,
} from "../../domain/webhook.ts";
import { defined } from "../../lib/defined.ts";
import { formatSize } from "../../lib/size.ts";
import { hasStandIn } from "../../secrets/masking/stored-input.ts";
import type { TaskStore } from "../../store/contract/tasks.ts";
import { wrongMember } from "../request-checks.ts";
import { findTask, type TaskReference } from "../tasks/find-task.ts";

/** Changes to a webhook, as callers write them. */
export interface WebhookChange {
  name?: string;
  task?: TaskReference;
  verification?: WebhookVerification;
  /** null: the usual place of the verification's type. */
  deduplication?: { header: string } | null;
  /** null: the body is the input. */
  input?: unknown;
  respond?: WebhookResponse;
}

/** A new webhook, as callers write it. */
export type WebhookRequest = WebhookChange & Required<Pick<WebhookChange, "name" | "task" | "verification">>;

/** Longest name of a webhook, in characters. */
const LONGEST_WEBHOOK_NAME = 100;

const MAX_TEMPLATE_BYTES = 64 * 1024;
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]{1,100}$/;

/**
 * Checks a new webhook.
 * @param pointer where it is in the request
 * @throws {RatchetError} USAGE, TASK_NOT_FOUND
 */
export async function newWebhook(tasks: TaskStore, request: WebhookRequest, pointer: string): Promise<NewWebhook> {
  const { name, task, verification } = request;
  const changes = await webhookChanges(tasks, request, pointer);
  const defaults = { deduplicationHeader: null, inputJson: null, respond: "job" } as const;
  return { ...defaults, name, verification, taskId: (await findTask(tasks, task)).id, ...changes };
}

/** Checks changes to a webhook. @throws {RatchetError} as {@link newWebhook} */
export async function webhookChanges(
  tasks: TaskStore,
  { name, task, verification, deduplication, input, respond }: WebhookChange,
  pointer: string,
): Promise<Partial<NewWebhook>> {
  const changes: Partial<NewWebhook> = {};
  if (name !== undefined) changes.name = checkedName(name, `${pointer}/name`);
  if (verification !== undefined) changes.verification = checkedVerification(verification, `${pointer}/verification`);
  if (deduplication !== undefined) {
    if (deduplication !== null) checkHeader(deduplication.header, `${pointer}/deduplication/header`);
    changes.deduplicationHeader = deduplication?.header ?? null;
  }
  if (input !== undefined) changes.inputJson = input === null ? null : templateText(input, `${pointer}/input`);
  checkChoice(respond, `${pointer}/respond`, WEBHOOK_RESPONSES);
  if (respond !== undefined) changes.respond = respond;
  if (task !== undefined) changes.taskId = (await findTask(tasks, task)).id;
  return changes;
}

/** The name is part of an address. */
function checkedName(name: string, pointer: string): string {
  if (name.length <= LONGEST_WEBHOOK_NAME && /^[A-Za-z\d][\w.-]*$/.test(name)) return name;
  const message = `must have 1 to ${LONGEST_WEBHOOK_NAME} letters, digits, dots, hyphens and underscores, and begin with a letter or digit`;
  throw wrongMember(pointer, message);
}

/** What the types of others prescribe. */
const FIXED: Readonly<Partial<Record<VerificationType, Readonly<Record<string, string>>>>> = {
  standard: { header: "webhook-signature", algorithm: "sha256", encoding: "base64" },
  github: { header: "x-hub-signature-256", algorithm: "sha256", encoding: "hex" },
  stripe: { header: "stripe-signature", algorithm: "sha256", encoding: "hex" },
};

function checkedVerification(verification: WebhookVerification, pointer: string): WebhookVerification {
  const { type, secret, header, algorithm, encoding } = verification;
  checkChoice(type, `${pointer}/type`, VERIFICATION_TYPES);
  checkChoice(algorithm, `${pointer}/algorithm`, HMAC_ALGORITHMS);
  checkChoice(encoding, `${pointer}/encoding`, HMAC_ENCODINGS);
  if (!/^[A-Za-z_]\w{0,99}$/.test(secret)) {
    throw wrongMember(`${pointer}/secret`, "must be the name of a secret", "Store it with `ratchet secrets set NAME`.");
  }
  checkHeader(header, `${pointer}/header`);
  for (const [name, value] of Object.entries(defined({ header, algorithm, encoding }))) {
    const only = FIXED[type]?.[name];
    if (type === "hmac" || (type === "token" && name === "header")) continue;
    if (only !== undefined && value.toLowerCase() === only) continue;
    const reason = only === undefined ? "has no signature" : `always has ${only}`;
    throw wrongMember(`${pointer}/${name}`, `must be left out: ${type} ${reason}`, 'Use the type "hmac" to choose.');
  }
  return verification;
}

/** @throws {RatchetError} USAGE unless the value is absent or one of the choices */
export function checkChoice(value: string | undefined, pointer: string, choices: readonly string[]): void {
  if (value !== undefined && !choices.includes(value))
    throw wrongMember(pointer, `must be one of ${choices.join(", ")}`);
}

/** @throws {RatchetError} USAGE unless the value is absent or the name of a header (RFC 9110, section 5.1) */
function checkHeader(name: string | undefined, pointer: string): void {
  if (name !== undefined && !HEADER_NAME.test(name)) throw wrongMember(pointer, "is not the name of a header");
}

function templateText(input: unknown, pointer: string): string {
  const text = jsonText(input as JsonValue);
  if (hasStandIn(text)) {
    const remedy = "Write the value itself, or let the task declare the secret in permissions.secrets.";
    throw wrongMember(pointer, "has what stands for a secret in stored inputs: it can't be sent", remedy);
  }
  if (Buffer.byteLength(text) <= MAX_TEMPLATE_BYTES) return text;
  throw wrongMember(pointer, `has more than ${formatSize(MAX_TEMPLATE_BYTES)}`);
}
