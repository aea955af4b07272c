import { Elysia } from "elysia";
import type { RateLimit } from "../rate-limit.ts";

/** Tells callers what is left of their quota (draft-ietf-httpapi-ratelimit-headers). The gate counts the requests. */
export function rateLimit({ addHeaders }: Pick<RateLimit, "addHeaders">) {
  return new Elysia({ name: "rate-limit" }).mapResponse({ as: "global" }, ({ request, responseValue }) => {
    addHeaders(request, (responseValue as Response).headers);
  });
}
