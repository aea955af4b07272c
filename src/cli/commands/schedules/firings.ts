import { defined } from "../../../lib/defined.ts";
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
      "Computed from the plan, with a note where daylight saving moves or doubles a firing. Pauses are not considered.",
    ],
    examples: [["ratchet schedules next nightly --count 5", "the next five nights"]],
  },
  args: {
    ...SCHEDULE,
    count: {
      type: "string",
      form: { type: "integer", min: 1, max: 1_000 },
      valueHint: "N",
      description: "How many firings. Default: 10.",
    },
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object a line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const path = `${await schedulePath(client, args.schedule)}/next?count=${args.count ?? 10}`;
      const firings = itemsOf(await client.call("GET", path));
      const rows = firings.map(({ at, local, note }) => cells([at, local, note]));
      if (args.json) writeJsonLines(firings);
      else if (firings.length === 0) writeStdout("It does not fire any more.\n");
      else writeStdout(table(["time", "local", "note"], rows, painter("stdout")));
      return EXIT.done;
    });
  },
});

/** `ratchet schedules backfill`. */
export const SCHEDULES_BACKFILL = defineCommand({
  meta: {
    name: "schedules backfill",
    description: "Create the jobs of a past range of a schedule's plan",
    details: ["A time of the plan that created a job already creates no second one."],
    examples: [
      [
        "ratchet schedules backfill nightly --from 2026-11-01T00:00:00Z --to 2026-11-08T00:00:00Z",
        "a week that was missed",
      ],
    ],
  },
  args: {
    ...SCHEDULE,
    from: { type: "string", valueHint: "TIME", required: true, description: "Start of the range." },
    to: { type: "string", valueHint: "TIME", required: true, description: "End of the range." },
    overlap: {
      type: "enum",
      options: ["skip", "buffer_one", "buffer_all", "cancel_other", "allow_all"],
      valueHint: "POLICY",
      description: "Overlap policy of these firings. Default: that of the schedule.",
    },
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object a line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const { from, to, overlap } = args;
      const path = `${await schedulePath(client, args.schedule)}/backfill`;
      const firings = itemsOf(await client.call("POST", path, defined({ from, to, overlap })));
      if (args.json) writeJsonLines(firings);
      else if (firings.length === 0) writeStdout("The plan has no firing in this range.\n");
      else writeStdout(firingTable(firings, painter("stdout")));
      return EXIT.done;
    });
  },
});
