import { Elysia } from "elysia";
import type { Client } from "../client.ts";
import { addSecurityHeaders } from "../security-headers.ts";

/** Finds out who sent the request, and protects browsers that get the response. */
export function client(clientOf: (request: Request) => Client) {
  return new Elysia({ name: "client" })
    .derive({ as: "global" }, ({ request }) => ({ client: clientOf(request) }))
    .mapResponse({ as: "global" }, ({ client, responseValue }) => {
      addSecurityHeaders((responseValue as Response).headers, client?.secure === true);
    });
}
