import type { Families } from "./families.ts";

/** What is read about the memory watch. */
export interface MemorySource {
  memory(): { level: number; highBytes: number | null; allowedBytes: number; drops: number };
  /** How much new work was refused, by reason. */
  refused(): Readonly<Record<string, number>>;
}

/** Adds the families of the memory watch. */
export function addMemoryFamilies({ gauge, counter, counters }: Families, { memory, refused }: MemorySource): void {
  gauge(
    "ratchet_memory_level",
    "What the server does about its memory: 0 nothing, 1 caches are dropped, 2 fewer jobs are claimed, 3 new work is refused.",
    () => memory().level,
  );
  gauge("ratchet_memory_high_bytes", "Resident memory from which on the server acts.", () => {
    return memory().highBytes ?? undefined;
  });
  gauge("ratchet_memory_allowed_bytes", "How much memory the process may have.", () => memory().allowedBytes);
  counter("ratchet_cache_drops_total", "How often caches were dropped to free memory.", () => memory().drops);
  counters({
    name: "ratchet_work_refused_total",
    help: "Requests for new work that were refused with 503, while draining or for lack of memory.",
    labels: ["reason"],
    read: () => Object.entries(refused()).map(([reason, value]) => ({ labels: { reason }, value })),
  });
}
