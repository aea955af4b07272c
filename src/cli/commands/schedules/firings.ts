import { OVERLAP_POLICIES } from "../../../domain/schedule.ts";
import { defined } from "../../../lib/defined.ts";
import { MAX_NEXT } from "../../../scheduler/next-firings.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { askServer, itemsOf, SERVER_OPTIONS, writeJsonLines } from "../../framework/server-command.ts";
import { cells, table } from "../../framework/table.ts";
import { SCHEDULE, schedulePath } from "./find-schedule.ts";
import { firingTable } from "./schedule-text.ts";

/** `ratchet schedules next`. */
export const SCHEDULES_NEXT = defineCommand({
  meta: {
    name: "schedules next",
    description: "Print when a schedule fires next",
    details: [
      "The times follow from the plan, with a note where daylight saving moves or doubles a firing. Pauses are ignored.",
    ],
    examples: [["ratchet schedules next nightly --count 5", "the next five nights"]],
  },
  args: {
    ...SCHEDULE,
    count: {
      type: "string",
      form: { type: "integer", min: 1, max: MAX_NEXT },
      valueHint: "N",
      description: "Number of firings. Default: 10.",
    },
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const path = `${await schedulePath(client, args.schedule)}/next?count=${args.count ?? 10}`;
      const firings = itemsOf(await client.call("GET", path));
      const rows = firings.map(({ at, local, note }) => cells([at, local, note]));
      if (args.json) writeJsonLines(firings);
      else if (firings.length === 0) writeStdout("The schedule will not fire again.\n");
      else writeStdout(table(["time", "local", "note"], rows, painter("stdout")));
      return EXIT.done;
    });
  },
});

/** `ratchet schedules backfill`. */
export const SCHEDULES_BACKFILL = defineCommand({
  meta: {
    name: "schedules backfill",
    description: "Create the jobs of a schedule's firings in a past range",
    details: ["A firing time that already has a job does not get a second one."],
    examples: [
      [
        "ratchet schedules backfill nightly --from 2026-11-01T00:00:00Z --to 2026-11-08T00:00:00Z",
        "a week that was missed",
      ],
      [
        "ratchet schedules backfill nightly --from 2026-11-01T00:00:00Z --to 2026-11-08T00:00:00Z --dry-run",
        "how many jobs that would be",
      ],
    ],
  },
  args: {
    ...SCHEDULE,
    from: { type: "string", valueHint: "TIME", required: true, description: "Start of the range." },
    to: { type: "string", valueHint: "TIME", required: true, description: "End of the range." },
    overlap: {
      type: "enum",
      options: [...OVERLAP_POLICIES],
      valueHint: "POLICY",
      description: `Overlap policy of these firings: ${OVERLAP_POLICIES.join(", ")}. Default: that of the schedule.`,
    },
    "dry-run": { type: "boolean", description: "Print what would become of each firing, and create no job." },
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const dryRun = args["dry-run"] ? true : undefined;
      const { from, to, overlap } = args;
      const path = `${await schedulePath(client, args.schedule)}/backfill`;
      const firings = itemsOf(await client.call("POST", path, defined({ from, to, overlap, dryRun })));
      if (args.json) writeJsonLines(firings);
      else if (firings.length === 0) writeStdout("The schedule has no firing in this range.\n");
      else {
        writeStdout(firingTable(firings, painter("stdout")));
        if (dryRun) writeStdout(`${plannedText(firings)}\n`);
      }
      return EXIT.done;
    });
  },
});

/** Says how many of the firings of a dry run become jobs. */
function plannedText(firings: readonly Record<string, unknown>[]): string {
  const count = firings.filter(({ status }) => status === "enqueued" || status === "buffered").length;
  return count === 1 ? "1 job would be created" : `${count} jobs would be created`;
}
