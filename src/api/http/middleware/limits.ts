import { Elysia } from "elysia";
import { createBodyMemory } from "../body-memory.ts";

/** Bodies of the largest size that may be worked on at once. */
const BODIES_AT_ONCE = 3;

/** Limits the memory for bodies: each request leases what it needs, and gives it back with its response. */
export function limits(maxBodyBytes: number) {
  const lease = createBodyMemory(BODIES_AT_ONCE * maxBodyBytes);
  return new Elysia({ name: "limits" })
    .derive({ as: "global" }, () => {
      const memory = lease();
      return { memory };
    })
    .mapResponse({ as: "global" }, ({ memory }) => {
      memory?.release();
    });
}
