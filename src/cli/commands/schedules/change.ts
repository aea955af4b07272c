import { defined } from "../../../lib/defined.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { printable, writeStdout } from "../../framework/output.ts";
import { askServer, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { givenInput, INPUT_OPTIONS } from "../input-options.ts";
import { findSchedule, SCHEDULE, schedulePath } from "./find-schedule.ts";

/** `ratchet schedules delete`. */
export const SCHEDULES_DELETE = defineCommand({
  meta: {
    name: "schedules delete",
    description: "Delete a schedule",
    details: ["The jobs that the schedule created stay."],
    examples: [["ratchet schedules delete nightly", "the schedule called nightly"]],
  },
  args: { ...SCHEDULE, ...SERVER_OPTIONS },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const { id, name } = await findSchedule(client, args.schedule);
      await client.call("DELETE", `/api/v1/schedules/${id}`);
      const text = `deleted schedule ${id} (${printable(String(name))})\n`;
      writeStdout(args.json ? `${JSON.stringify({ id, name, deleted: true })}\n` : text);
      return EXIT.done;
    });
  },
});

/** `ratchet schedules trigger`. */
export const SCHEDULES_TRIGGER = defineCommand({
  meta: {
    name: "schedules trigger",
    description: "Fire a schedule once now",
    details: ["Creates a job now, regardless of the plan and the overlap policy, and prints its id."],
    examples: [["ratchet schedules trigger nightly", "does not wait for the night"]],
  },
  args: { ...SCHEDULE, ...INPUT_OPTIONS, ...SERVER_OPTIONS },
  async run({ args, data }) {
    const body = defined({ input: givenInput(args) });
    return askServer(args, data, async (client) => {
      const job = await client.call("POST", `${await schedulePath(client, args.schedule)}/trigger`, body);
      writeStdout(args.json ? `${JSON.stringify(job)}\n` : `${job.id}\n`);
      return EXIT.done;
    });
  },
});

/** `ratchet schedules pause`. */
export const SCHEDULES_PAUSE = defineCommand({
  meta: {
    name: "schedules pause",
    description: "Stop a schedule from firing",
    details: ["The schedule keeps its plan but creates no jobs until it is resumed."],
    examples: [["ratchet schedules pause nightly --reason 'the service is down'", "until it is resumed"]],
  },
  args: {
    ...SCHEDULE,
    reason: { type: "string", valueHint: "TEXT", description: "The reason, shown with the schedule." },
    ...SERVER_OPTIONS,
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const path = `${await schedulePath(client, args.schedule)}/pause`;
      const schedule = await client.call("POST", path, defined({ reason: args.reason }));
      const text = `schedule ${schedule.id} (${printable(String(schedule.name))}) is paused\n`;
      writeStdout(args.json ? `${JSON.stringify(schedule)}\n` : text);
      return EXIT.done;
    });
  },
});

/** `ratchet schedules resume`. */
export const SCHEDULES_RESUME = defineCommand({
  meta: {
    name: "schedules resume",
    description: "Let a paused schedule fire again",
    details: ["The schedule continues with the next firing of its plan. Firings during the pause are not caught up."],
    examples: [["ratchet schedules resume nightly", "starting with the next firing"]],
  },
  args: { ...SCHEDULE, ...SERVER_OPTIONS },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const schedule = await client.call("POST", `${await schedulePath(client, args.schedule)}/resume`);
      const next = typeof schedule.nextAt === "string" ? `, next at ${schedule.nextAt}` : "";
      const text = `schedule ${schedule.id} (${printable(String(schedule.name))}) is enabled${next}\n`;
      writeStdout(args.json ? `${JSON.stringify(schedule)}\n` : text);
      return EXIT.done;
    });
  },
});
