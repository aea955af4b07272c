import { RatchetError } from "../../domain/errors.ts";
import { LONGEST_DELIVERY_ID, type Webhook } from "../../domain/webhook.ts";
import { isObject } from "../../lib/is-object.ts";
import { jsonBody } from "./delivery-body.ts";

/**
 * Returns the id that a sender gave to a delivery: in the header that the webhook names, or else where senders of its
 * type write it. null if they write none.
 * @throws {RatchetError} USAGE if it is missing or not valid: without it, a repetition would create another job
 */
export function deliveryIdOf(webhook: Webhook, headers: Headers, body: Uint8Array): string | null {
  const header = webhook.deduplicationHeader ?? USUAL_HEADERS[webhook.verification.type];
  if (header !== undefined) return checked(headers.get(header), `the header ${header}`);
  if (webhook.verification.type !== "stripe") return null;
  const event = jsonBody(body);
  return checked(isObject(event) ? event.id : undefined, "the member id of the body");
}

/** Returns the id if it can be read without trusting the delivery, for lists of refused ones. */
export function claimedId(webhook: Webhook, headers: Headers): string | null {
  const header = webhook.deduplicationHeader ?? USUAL_HEADERS[webhook.verification.type];
  const id = header === undefined ? null : headers.get(header);
  return id !== null && isValid(id) ? id : null;
}

const USUAL_HEADERS: Readonly<Partial<Record<Webhook["verification"]["type"], string>>> = {
  standard: "webhook-id",
  github: "x-github-delivery",
};

const isValid = (id: string): boolean => id !== "" && id.length <= LONGEST_DELIVERY_ID && !/\p{Cc}/u.test(id);

function checked(id: unknown, place: string): string {
  if (typeof id === "string" && isValid(id)) return id;
  const problem =
    id === null || id === undefined ? "is missing" : `is not a text of 1 to ${LONGEST_DELIVERY_ID} characters`;
  throw new RatchetError("USAGE", `The delivery has no id: ${place} ${problem}.`, {
    remedy: "Send an id that is the same whenever the delivery is repeated.",
  });
}
