import { REPLAY_WINDOW_MS } from "../../../domain/webhook.ts";
import type { Refusal } from "./signed-request.ts";

/**
 * Checks the time that a sender signed. Whoever recorded a delivery can't send it later, and one whose clock is ahead
 * can't prepare deliveries for later.
 * @param seconds since the epoch, as sent
 */
export function checkSignedTime(seconds: string, now: number): Refusal {
  if (!/^\d{1,12}$/.test(seconds)) return "The time in the signature is not a number of seconds.";
  const difference = now - Number(seconds) * 1_000;
  // Their times are whole seconds.
  if (difference >= REPLAY_WINDOW_MS + 1_000) return "The delivery was signed more than 5 minutes ago.";
  if (difference < -REPLAY_WINDOW_MS) return "The delivery was signed more than 5 minutes in the future.";
  return undefined;
}
