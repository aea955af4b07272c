import { statSync } from "node:fs";
import type { StoreUsage } from "../contract/usage.ts";
import type { DatabaseLocation } from "./location.ts";
import type { Writer } from "./writer.ts";

/** Returns what the store uses now. */
export function storeUsage(location: DatabaseLocation, writer: Pick<Writer, "pending">): StoreUsage {
  const pendingWrites = writer.pending();
  if (location.kind === "memory") return { pendingWrites, fileBytes: 0, walBytes: 0 };
  return { pendingWrites, fileBytes: sizeOf(location.path), walBytes: sizeOf(`${location.path}-wal`) };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
