import { connect } from "node:net";
import type { RawConnection } from "./raw-connection.ts";

/**
 * Sends the parts one after the other on a connection of its own, with a pause after each.
 * @returns all that came back by the time the server ends the connection
 */
export async function exchangeSlowly(url: string, parts: readonly string[], pauseMs = 0): Promise<string> {
  let received = "";
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("data", (chunk) => {
    received += chunk;
  });
  socket.on("end", () => socket.end());
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  socket.on("error", () => {});
  for (const part of parts) {
    if (socket.destroyed) break;
    socket.write(part);
    if (pauseMs > 0) await Bun.sleep(pauseMs);
  }
  await closed;
  return received;
}

/** Sends a byte again and again. @returns a function that stops it */
export function drip(connection: RawConnection, byte: string, everyMs: number): () => void {
  const timer = setInterval(() => connection.send(byte), everyMs);
  return () => clearInterval(timer);
}

/** Reads nothing for a while, longer than it takes to fill what lies between client and server. */
export async function readNothingFor(connection: RawConnection, ms: number): Promise<void> {
  connection.pause();
  await Bun.sleep(ms);
  connection.resume();
}
