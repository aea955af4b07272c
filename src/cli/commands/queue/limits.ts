import { RatchetError } from "../../../domain/errors.ts";
import { MAX_CONCURRENCY, MAX_RATE_COUNT, MAX_RATE_PERIOD_MS } from "../../../domain/queue-limits.ts";
import { defined } from "../../../lib/defined.ts";
import { parseDuration } from "../../../lib/duration.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { askServer, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { printQueue } from "./state.ts";

/** `ratchet queue limits`. */
export const QUEUE_LIMITS = defineCommand({
  meta: {
    name: "queue limits",
    description: "Limit how many jobs run at once and how often they start",
    details: [
      "Replaces the limits of one task, of one concurrency key, or of all keys without limits of their own. --clear removes them. " +
        "Without options, the command prints the limits.",
    ],
    examples: [
      ["ratchet queue limits --task addition --concurrency 4 --rate 100/1m", "four at once, a hundred a minute"],
      ["ratchet queue limits --key customer-7 --clear", "removes the limits"],
    ],
  },
  args: {
    task: {
      type: "string",
      valueHint: "TASK",
      excludes: ["key", "any-key"],
      description: "Limit the jobs of this task, by label, uuid or id.",
    },
    key: {
      type: "string",
      valueHint: "KEY",
      excludes: ["any-key"],
      description: "Limit the jobs with this concurrency key.",
    },
    "any-key": {
      type: "boolean",
      description: "Limit the jobs of each concurrency key that has no limits of its own.",
    },
    concurrency: {
      type: "string",
      form: { type: "integer", min: 1, max: MAX_CONCURRENCY },
      valueHint: "N",
      description: "How many jobs may run at once.",
    },
    rate: {
      type: "string",
      form: {
        type: "string",
        check: (text) => (readRate(text) === undefined ? "is not a rate such as 100/1m" : undefined),
      },
      valueHint: "N/TIME",
      description: "How many jobs may start per period, such as 100/1m.",
    },
    clear: { type: "boolean", excludes: ["concurrency", "rate"], description: "Remove the limits." },
    ...SERVER_OPTIONS,
  },
  async run({ args, data }) {
    const { task, key, concurrency } = args;
    const named = task !== undefined || key !== undefined || args["any-key"];
    const rate = args.rate === undefined ? undefined : readRate(args.rate);
    const limited = concurrency !== undefined || rate !== undefined || args.clear;
    if (named !== limited) {
      throw new RatchetError(
        "USAGE",
        `queue limits: ${named ? "a limit is missing" : "it is not clear whose limits to set"}.`,
        {
          remedy: named ? "Add --concurrency, --rate or --clear." : "Add --task, --key or --any-key.",
        },
      );
    }
    return askServer(args, data, async (client) => {
      const anyKey = args["any-key"] || undefined;
      const body = defined({ task, key, anyKey, concurrency, rate });
      printQueue(
        named ? await client.call("PUT", "/api/v1/queue/limits", body) : await client.call("GET", "/api/v1/queue"),
        args.json,
      );
      return EXIT.done;
    });
  },
});

/** Parses a rate such as `100/1m`; undefined if it is not one. */
function readRate(text: string): { count: number; periodMs: number } | undefined {
  const [, count, period] = /^(\d{1,7})\/(.+)$/.exec(text) ?? [];
  const periodMs = parseDuration(period ?? "");
  if (periodMs === undefined || periodMs < 1 || periodMs > MAX_RATE_PERIOD_MS) return undefined;
  if (Number(count) < 1 || Number(count) > MAX_RATE_COUNT) return undefined;
  return { count: Number(count), periodMs };
}
