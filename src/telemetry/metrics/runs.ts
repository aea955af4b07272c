import type { Meter } from "../measurements.ts";
import type { Families } from "./families.ts";

/** Upper bounds of the buckets of images, bytes: a small task has about 6 kB, one with 50,000 objects 1.3 MB. */
const IMAGE_BUCKETS = [4_096, 8_192, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216];

/** Adds the families of durable runs. How many there are by status is in `ratchet_jobs` and `ratchet_executions`. */
export function addRunFamilies({ client, registers }: Families): Pick<Meter, "run"> {
  const { Counter, Histogram } = client;
  const operations = new Counter({
    name: "ratchet_run_operations_total",
    help: "Durable operations that runs have asked for, by method of the context. Those of direct executions count too.",
    labelNames: ["method"],
    registers,
  });
  const sleeps = new Counter({
    name: "ratchet_run_sleeps_total",
    help: "How often the machine of a run was put to sleep.",
    registers,
  });
  const wakes = new Counter({
    name: "ratchet_run_wakes_total",
    help: "How often a worker went on with a run: because what it waited for has happened, or after a crash.",
    registers,
  });
  const imageBytes = new Histogram({
    name: "ratchet_run_image_bytes",
    help: "Size of the images of machines that were put to sleep.",
    buckets: IMAGE_BUCKETS,
    registers,
  });
  const signals = new Counter({
    name: "ratchet_signals_total",
    help: "Signals that were sent: delivered to a wait, or kept for a later one.",
    labelNames: ["status"],
    registers,
  });
  const approvals = new Counter({
    name: "ratchet_approvals_total",
    help: "Approvals that somebody has decided. Those that ended by the passing of time are not counted.",
    labelNames: ["decision"],
    registers,
  });
  return {
    run(measured) {
      switch (measured.what) {
        case "operation":
          return operations.inc({ method: measured.method });
        case "sleep":
          sleeps.inc();
          return imageBytes.observe(measured.imageBytes);
        case "wake":
          return wakes.inc();
        case "signal":
          return signals.inc({ status: measured.status });
        case "approval":
          return approvals.inc({ decision: measured.approved ? "approved" : "rejected" });
      }
    },
  };
}
