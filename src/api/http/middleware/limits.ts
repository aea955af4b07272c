import { Elysia } from "elysia";
import type { BodyMemory } from "../body-memory.ts";

/** Limits the memory for bodies. Each request leases what it needs and returns it with its response. */
export function limits({ lease }: BodyMemory) {
  return new Elysia({ name: "limits" })
    .derive({ as: "global" }, () => {
      const memory = lease();
      return { memory };
    })
    .mapResponse({ as: "global" }, ({ memory }) => {
      memory?.release();
    });
}
