import { randomUUID } from "node:crypto";

/** Creates the id of a message for one receiver: `webhook-id`. */
export function newMessageId(): string {
  return `msg_${randomUUID().replaceAll("-", "")}`;
}
