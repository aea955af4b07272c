import type { HttpRequest, SecretSubstitution, ValueHider } from "../../domain/http.ts";
import type { StandIn } from "../../domain/stand-in.ts";
import { leadsTo } from "./host-match.ts";
import { insertIntoBody, insertIntoUpload } from "./insert-into-body.ts";
import { insertIntoHeaders } from "./insert-into-headers.ts";
import { insertIntoUrl } from "./insert-into-url.ts";
import { createValueHider } from "./value-hider.ts";

/** Creates the substitution of an execution. */
export function createSubstitution(standIns: readonly StandIn[]): SecretSubstitution {
  const hiders = new Map<string, ValueHider>();
  return {
    values: standIns.map(({ value }) => value),
    insert(request) {
      const url = new URL(request.url);
      const granted = standIns.filter(({ hosts }) => hosts.some((host) => leadsTo(host, url)));
      if (granted.length === 0) return undefined;
      const key = granted.map(({ name }) => name).join();
      const hider = hiders.get(key) ?? createValueHider(granted);
      hiders.set(key, hider);
      return { request: withValues(request, granted), hider };
    },
  };
}

function withValues(request: HttpRequest, standIns: readonly StandIn[]): HttpRequest {
  const { body, upload, socket } = request;
  const type = request.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const sent: HttpRequest = {
    ...request,
    url: insertIntoUrl(request.url, standIns),
    headers: insertIntoHeaders(request.headers, standIns),
    body: body === null ? null : insertIntoBody(body, type, standIns),
  };
  if (upload !== undefined) sent.upload = insertIntoUpload(upload, type, standIns);
  if (socket !== undefined) {
    const offered = socket.protocols.map((protocol): [string, string] => ["Sec-WebSocket-Protocol", protocol]);
    sent.socket = { ...socket, protocols: insertIntoHeaders(offered, standIns).map(([, value]) => value) };
  }
  return sent;
}
