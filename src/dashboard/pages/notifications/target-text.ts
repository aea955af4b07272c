import type { NotificationRule } from "../../../../dist/generated/api-types.ts";
import { TARGETS } from "./rule-draft.ts";

/** Returns a receiver in one line. */
export function targetText({ type, url, to }: NotificationRule["to"][number]): string {
  return `${TARGETS[type]}: ${url ?? to?.join(", ") ?? ""}`;
}
