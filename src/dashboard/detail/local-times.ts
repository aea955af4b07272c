import { exactTime } from "../components/time-words.ts";

const ISO_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** Returns a message of the server with its times in the reader's zone. */
export function withLocalTimes(message: string): string {
  return message.replace(ISO_TIME, (time) => exactTime(Date.parse(time)));
}
