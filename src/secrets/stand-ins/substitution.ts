import type { HttpRequest, SecretSubstitution, ValueHider } from "../../domain/http.ts";
import type { StandIn } from "../../domain/stand-in.ts";
import { leadsTo } from "./host-match.ts";
import { insertIntoBody, insertIntoUpload } from "./insert-into-body.ts";
import { insertIntoHeaders } from "./insert-into-headers.ts";
import { insertIntoUrl } from "./insert-into-url.ts";
import { type Inserting, insertingInto } from "./insert-value.ts";
import { InsertionBudget } from "./insertion-budget.ts";
import { StandInSearch } from "./stand-in-search.ts";
import { createValueHider } from "./value-hider.ts";

/** What is prepared once for the secrets that may go to a host. */
interface Prepared {
  search: StandInSearch;
  hider: ValueHider;
}

/** Creates the substitution of an execution. */
export function createSubstitution(given: readonly StandIn[]): SecretSubstitution {
  const standIns = given.map((standIn) => ({ ...standIn, value: standIn.value.toWellFormed() }));
  const prepared = new Map<string, Prepared>();
  return {
    names: standIns.map(({ name }) => name),
    values: standIns.map(({ value }) => value),
    insert(request, onInserted) {
      const url = new URL(request.url);
      const granted = standIns.filter(({ hosts }) => hosts.some((host) => leadsTo(host, url)));
      if (granted.length === 0) return undefined;
      const key = granted.map(({ name }) => name).join();
      const known = prepared.get(key) ?? { search: new StandInSearch(granted), hider: createValueHider(granted) };
      prepared.set(key, known);
      const inserting = insertingInto(known.search, new InsertionBudget(onInserted));
      return { request: withValues(request, inserting), hider: known.hider };
    },
  };
}

function withValues(request: HttpRequest, inserting: Inserting): HttpRequest {
  const { body, upload, socket } = request;
  const type = request.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const sent: HttpRequest = {
    ...request,
    url: insertIntoUrl(request.url, inserting),
    headers: insertIntoHeaders(request.headers, inserting),
    body: body === null ? null : insertIntoBody(body, type, inserting),
  };
  if (upload !== undefined) sent.upload = insertIntoUpload(upload, type, inserting);
  if (socket !== undefined) {
    const offered = socket.protocols.map((protocol): [string, string] => ["Sec-WebSocket-Protocol", protocol]);
    sent.socket = { ...socket, protocols: insertIntoHeaders(offered, inserting).map(([, value]) => value) };
  }
  return sent;
}
