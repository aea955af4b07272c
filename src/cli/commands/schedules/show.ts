import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { askServer, itemsOf, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { findSchedule, SCHEDULE } from "./find-schedule.ts";
import { firingTable, scheduleText } from "./schedule-text.ts";

/** Past firings that are shown with a schedule. */
const SHOWN_FIRINGS = 10;

/** `ratchet schedules show`. */
export const SCHEDULES_SHOW = defineCommand({
  meta: {
    name: "schedules show",
    description: "Print a schedule and its latest firings",
    details: [
      `Prints a schedule of a running server, and its latest ${SHOWN_FIRINGS} firings with the jobs they created.`,
    ],
    examples: [["ratchet schedules show nightly", "the schedule called nightly"]],
  },
  args: { ...SCHEDULE, ...SERVER_OPTIONS },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const schedule = await findSchedule(client, args.schedule);
      const page = await client.call("GET", `/api/v1/schedules/${schedule.id}/firings?limit=${SHOWN_FIRINGS}`);
      const firings = itemsOf(page);
      const paint = painter("stdout");
      if (args.json) writeStdout(`${JSON.stringify({ ...schedule, firings })}\n`);
      else if (firings.length === 0) writeStdout(scheduleText(schedule, paint));
      else writeStdout(`${scheduleText(schedule, paint)}\n${firingTable(firings, paint)}`);
      return EXIT.done;
    });
  },
});
