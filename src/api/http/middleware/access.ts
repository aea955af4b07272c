import { Elysia } from "elysia";
import { type AccessCheck, shareWith } from "../access-check.ts";

/** Rejects requests of foreign web pages, and lets the pages of allowed origins read the response. */
export function access(check: AccessCheck) {
  return new Elysia({ name: "access" })
    .derive({ as: "global" }, ({ request }) => {
      const foreignOrigin = check(request);
      return { foreignOrigin };
    })
    .mapResponse({ as: "global" }, ({ foreignOrigin, responseValue }) => {
      if (foreignOrigin !== undefined) shareWith(foreignOrigin, (responseValue as Response).headers);
    });
}
