import { Elysia } from "elysia";
import { type AccessCheck, shareWith } from "../access-check.ts";

/** Keeps foreign web pages out, and lets those that are allowed read the response. */
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
