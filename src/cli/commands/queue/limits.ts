import { RatchetError } from "../../../domain/errors.ts";
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
      "Replaces the limits of one task, one concurrency key, or all keys without limits of their own. --clear removes them. " +
        "Without any of these it prints the limits.",
    ],
    examples: [
      ["ratchet queue limits --task addition --concurrency 4 --rate 100/1m", "four at once, a hundred a minute"],
      ["ratchet queue limits --key customer-7 --clear", "no limits any more"],
    ],
  },
  args: {
    task: {
      type: "string",
      valueHint: "TASK",
      excludes: ["key", "any-key"],
      description: "Of this task, by label or uuid.",
    },
    key: { type: "string", valueHint: "KEY", excludes: ["any-key"], description: "Of jobs with this concurrency key." },
    "any-key": { type: "boolean", description: "Of every concurrency key that has no limits of its own." },
    concurrency: {
      type: "string",
      form: { type: "integer", min: 1, max: 1_000_000 },
      valueHint: "N",
      description: "Jobs at once.",
    },
    rate: {
      type: "string",
      form: {
        type: "string",
        check: (text) => (readRate(text) === undefined ? "is not a rate such as 100/1m" : undefined),
      },
      valueHint: "N/TIME",
      description: "How many jobs may start in how long, such as 100/1m.",
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
        `queue limits: ${named ? "there is no limit to set" : "it is not said whose limits"}.`,
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

/** Reads `100/1m`; undefined when it is not a rate. */
function readRate(text: string): { count: number; periodMs: number } | undefined {
  const [, count, period] = /^(\d{1,7})\/(.+)$/.exec(text) ?? [];
  const periodMs = parseDuration(period ?? "");
  if (periodMs === undefined || periodMs < 1 || Number(count) < 1) return undefined;
  return { count: Number(count), periodMs };
}
