import type { SandboxRequest } from "../../sandbox/executor.ts";

/** Notes whether the run writes items of a stream. */
export function notingItems(
  durable: SandboxRequest["durable"],
): Pick<SandboxRequest, "durable"> & { isStreamed: () => boolean } {
  if (durable === undefined) return { durable, isStreamed: () => false };
  const { start, attach } = durable;
  let isStreamed = (start.items ?? 0) > 0;
  return {
    durable: {
      start,
      attach,
      receive(message, seed) {
        if (message.type === "write" || message.type === "stream") isStreamed = true;
        durable.receive(message, seed);
      },
    },
    isStreamed: () => isStreamed,
  };
}
