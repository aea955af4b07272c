import { isTimeZone, UTC } from "../../domain/time-zone.ts";
import type { ArgDefinition } from "./command.ts";

/** `--timezone` of the commands that run tasks. */
export const TIME_ZONE_OPTION = {
  type: "string",
  form: { type: "string", check: checkTimeZone },
  valueHint: "ZONE",
  description: `The time zone of the task's dates, such as Europe/Berlin. Default: the task's own, else ${UTC}.`,
} as const satisfies ArgDefinition;

function checkTimeZone(name: string): string | undefined {
  return isTimeZone(name) ? undefined : "is not the name of a time zone, such as Europe/Berlin or UTC";
}
