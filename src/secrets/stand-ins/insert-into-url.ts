import { type Inserting, insertValues } from "./insert-value.ts";
import { writerOf } from "./value-writer.ts";

/** Replaces stand-ins in the user, password, path and query of a URL. The fragment is not sent. */
export function insertIntoUrl(href: string, inserting: Inserting): string {
  const url = new URL(href);
  const after = url.pathname + url.search + url.hash;
  const user = insert(url.username, inserting);
  const password = insert(url.password, inserting);
  const userInfo = user === "" && password === "" ? "" : `${user}${password === "" ? "" : `:${password}`}@`;
  const rest = after.slice(0, after.length - url.hash.length);
  return `${url.protocol}//${userInfo}${url.host}${insert(rest, inserting)}${url.hash}`;
}

function insert(text: string, inserting: Inserting): string {
  const writer = writerOf(({ value }) => encodeURIComponent(value));
  return insertValues(text, inserting, { writer, digits: /[\w+-]/ }).text;
}
