import cronstrue from "cronstrue";

/** Returns what a cron expression means, such as "At 02:30 AM, only on Monday". Undefined if it can't be said. */
export function cronWords(cron: string): string | undefined {
  try {
    return cronstrue.toString(cron.trim(), { verbose: true });
  } catch {
    return undefined; // The server says what is wrong with it.
  }
}
