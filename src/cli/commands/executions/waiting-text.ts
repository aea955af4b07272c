import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";

/** How many of the things that a run waits for are named. */
const MOST_NAMED = 5;

/**
 * Says what a run waits for; undefined if that is nothing.
 * @param waitingFor of a job or an execution
 * @example
 * ```ts
 * waitingText([{ kind: "wait", name: "paid", label: null, dueAt: null, jobId: null }]); // => 'the signal "paid"'
 * waitingText([{ kind: "call", name: "charge", label: "pay", dueAt: null, jobId: 7 }]); // => 'charge (job 7, step pay)'
 * ```
 */
export function waitingText(waitingFor: JsonValue | undefined): string | undefined {
  const waits = Array.isArray(waitingFor) ? waitingFor.filter((one) => isObject(one)) : [];
  if (waits.length === 0) return undefined;
  const named = waits.slice(0, MOST_NAMED).map(oneText);
  const more = waits.length - named.length;
  return `${named.join("; ")}${more === 0 ? "" : `; and ${more} more`}`;
}

function oneText({ kind, name, label, dueAt, jobId }: JsonObject): string {
  const facts = [
    typeof jobId === "number" ? `job ${jobId}` : undefined,
    typeof label === "string" ? `step ${label}` : undefined,
    typeof dueAt === "string" && kind !== "sleep" ? `until ${dueAt}` : undefined,
  ].filter((fact) => fact !== undefined);
  return `${whatText(kind, name)}${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
}

function whatText(kind: JsonValue | undefined, name: JsonValue | undefined): string {
  switch (kind) {
    case "sleep":
      return `${name}`;
    case "wait":
      return `the signal ${JSON.stringify(name)}`;
    case "approve":
      return `the approval ${JSON.stringify(name)}`;
    case "step":
      return `the next try of ${JSON.stringify(name)}`;
    case "items":
      return `items of step ${name}`;
    case "room":
      return "room in its stream";
    case "map":
      return `the map over ${name}`;
    default:
      return `${name}`;
  }
}
