import type { StandIn } from "../../domain/stand-in.ts";
import { insertValues } from "./insert-value.ts";

/** Replaces stand-ins in the user, password, path and query of a URL. The fragment is not sent. */
export function insertIntoUrl(href: string, standIns: readonly StandIn[]): string {
  const url = new URL(href);
  const after = url.pathname + url.search + url.hash;
  const user = insert(url.username, standIns);
  const password = insert(url.password, standIns);
  const userInfo = user === "" && password === "" ? "" : `${user}${password === "" ? "" : `:${password}`}@`;
  const rest = after.slice(0, after.length - url.hash.length);
  return `${url.protocol}//${userInfo}${url.host}${insert(rest, standIns)}${url.hash}`;
}

function insert(text: string, standIns: readonly StandIn[]): string {
  return insertValues(text, standIns, ({ value }) => encodeURIComponent(value), /[\w+-]/);
}
