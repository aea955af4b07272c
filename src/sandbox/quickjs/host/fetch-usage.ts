import type { ExecutionLimits } from "../../../domain/limits.ts";
import { limitStop } from "../../engine/stop.ts";

/** What one execution has used of the limits that its fetches and its WebSockets share. */
export class FetchUsage {
  /** How many calls were made and WebSockets opened. */
  count = 0;
  /** The size of all request and response bodies and of all messages, in bytes. */
  bytes = 0;

  constructor(private readonly limits: Pick<ExecutionLimits, "fetchCount" | "fetchTotalBytes">) {}

  /** Counts a call, or a WebSocket. @throws {Stop} FETCH_LIMIT */
  countCall(): void {
    const { fetchCount: limit } = this.limits;
    this.count += 1;
    if (this.count <= limit) return;
    throw limitStop({ code: "FETCH_LIMIT", what: "the number of fetches", limit, unit: "calls" });
  }

  /** Counts bytes of a body, or of a WebSocket's message. @throws {Stop} FETCH_LIMIT */
  addBytes(bytes: number): void {
    const { fetchTotalBytes: limit } = this.limits;
    this.bytes += bytes;
    if (this.bytes <= limit) return;
    const what = "the sum of request and response bodies";
    throw limitStop({ code: "FETCH_LIMIT", what, limit, unit: "bytes", value: this.bytes });
  }
}
