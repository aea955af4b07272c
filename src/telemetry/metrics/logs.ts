import type { Meter } from "../measurements.ts";
import type { Families } from "./families.ts";

/** What is read about the log. */
export interface LogSource {
  /** Clients that follow the log. */
  logClients(): number;
}

/** Adds the families of the log: tasks' consoles, and messages of the server. */
export function addLogFamilies({ client, registers, gauge }: Families, source: LogSource): Pick<Meter, "logLines"> {
  const lines = new client.Counter({
    name: "ratchet_log_lines_total",
    help: "Lines that this process has stored in the log, by level.",
    labelNames: ["level"],
    registers,
  });
  gauge("ratchet_log_clients", "Clients that follow the log.", source.logClients);
  return {
    logLines(stored) {
      for (const { level } of stored) lines.inc({ level });
    },
  };
}
