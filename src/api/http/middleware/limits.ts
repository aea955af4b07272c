import { Elysia } from "elysia";
import { createBodyMemory } from "../body-memory.ts";

/** How many bodies of the maximum size may be handled at once. */
const BODIES_AT_ONCE = 3;

/** Limits the memory for bodies. Each request leases what it needs and returns it with its response. */
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
