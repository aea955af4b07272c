import { Elysia } from "elysia";
import { type AccessCheck, shareWith } from "../access-check.ts";
import type { client } from "./client.ts";

/** Rejects requests of foreign web pages, and lets the pages of allowed origins read the response. */
export function access(found: ReturnType<typeof client>, check: AccessCheck) {
  return new Elysia({ name: "access" })
    .use(found)
    .derive({ as: "global" }, ({ request, client }) => {
      const foreignOrigin = check(request, client);
      return { foreignOrigin };
    })
    .mapResponse({ as: "global" }, ({ foreignOrigin, responseValue }) => {
      if (foreignOrigin !== undefined) shareWith(foreignOrigin, (responseValue as Response).headers);
    });
}
