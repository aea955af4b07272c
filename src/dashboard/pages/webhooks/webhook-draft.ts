import type { Webhook } from "../../../../dist/generated/api-types.ts";

/** How a webhook verifies deliveries. */
export type VerificationType = Webhook["verification"]["type"];

/** A webhook as it is being entered. */
export interface WebhookDraft {
  name: string;
  /** Label of the task. */
  task: string;
  type: VerificationType;
  /** Name of the stored secret. */
  secret: string;
  /** Header with the signature or the token. Empty: the usual one. */
  header: string;
  algorithm: string;
  encoding: string;
  /** Header with the id of a delivery. Empty: the usual place. */
  idHeader: string;
  respond: Webhook["respond"];
  /** The template of the input, as JSON. Empty: the body of a delivery. */
  input: string;
}

/** The ways of verification, in words. */
export const VERIFICATIONS: Readonly<Record<VerificationType, string>> = {
  standard: "Standard Webhooks",
  github: "GitHub",
  stripe: "Stripe",
  hmac: "HMAC of the body",
  token: "Token in a header",
};

export const ALGORITHMS = ["sha256", "sha384", "sha512", "sha1"] as const;
export const ENCODINGS = ["hex", "base64"] as const;

/** Returns what the form begins with. */
export function draftOf(webhook: Webhook | undefined): WebhookDraft {
  const { verification, deduplication, input } = webhook ?? {};
  return {
    name: webhook?.name ?? "",
    task: webhook?.task?.label ?? "",
    type: verification?.type ?? "standard",
    secret: verification?.secret ?? "",
    header: verification?.header ?? "",
    algorithm: verification?.algorithm ?? "sha256",
    encoding: verification?.encoding ?? "hex",
    idHeader: deduplication?.header ?? "",
    respond: webhook?.respond ?? "job",
    input: input == null ? "" : JSON.stringify(input, undefined, 2),
  };
}

/** Whether a text can be the template of an input. */
export function isTemplate(text: string): boolean {
  if (text.trim() === "") return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Returns a webhook as requests have it. The input has to be a template: see {@link isTemplate}. */
export function requestOf(draft: WebhookDraft) {
  const { type, idHeader, respond } = draft;
  const header = draft.header.trim();
  const input = draft.input.trim();
  return {
    name: draft.name.trim(),
    task: draft.task.trim(),
    verification: {
      type,
      secret: draft.secret.trim(),
      ...((type === "hmac" || type === "token") && header !== "" ? { header } : {}),
      ...(type === "hmac"
        ? {
            algorithm: ALGORITHMS.find((one) => one === draft.algorithm),
            encoding: ENCODINGS.find((one) => one === draft.encoding),
          }
        : {}),
    },
    deduplication: idHeader.trim() === "" ? null : { header: idHeader.trim() },
    input: input === "" ? null : (JSON.parse(input) as unknown),
    respond,
  };
}
