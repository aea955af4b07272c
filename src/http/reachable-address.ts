import type { Socket } from "node:net";

/** Delay before the next address is tried in parallel, ms (RFC 8305 section 5). */
const STAGGER_MS = 250;
const MAX_REMEMBERED = 256;
const REMEMBERED_MS = 10 * 60_000;

/** Moves the address that responds first to the front. */
export type OrderAddresses = (
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
) => Promise<readonly string[]>;

/**
 * Creates "happy eyeballs" for a client that takes one address at a time. After an address that refuses, the next one
 * is tried, but one that drops packets would block the exchange until the kernel gives up after two minutes. Callers
 * can't see whether `fetch` has connected, and a request must not be sent twice. So a host with several addresses is
 * probed once with bare TCP connections, 250 ms apart; the first one that is accepted wins and is cached. Addresses of
 * this machine respond at once in any case and are not probed.
 */
export function createAddressOrder(probe: typeof firstToConnect = firstToConnect): OrderAddresses {
  const winners = new Map<string, { winner: string; until: number }>();
  return async (addresses, port, signal) => {
    if (addresses.length < 2 || addresses.every(isLoopback)) return addresses;
    const key = `${addresses.join()} ${port}`;
    const known = winners.get(key);
    const fresh = known !== undefined && performance.now() < known.until;
    const winner = fresh ? known.winner : await probe(addresses, port, signal);
    if (winner === undefined) return addresses;
    if (!fresh) {
      if (winners.size >= MAX_REMEMBERED) winners.clear();
      winners.set(key, { winner, until: performance.now() + REMEMBERED_MS });
    }
    return [winner, ...addresses.filter((address) => address !== winner)];
  };
}

/** Returns the address that first accepts a TCP connection; `undefined` if none does or the signal fires. */
export async function firstToConnect(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { connect } = await import("node:net");
  if (signal.aborted) return undefined;
  const sockets: Socket[] = [];
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  let next = 0;
  let failed = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tryNext = () => {
    clearTimeout(timer);
    const address = addresses[next++];
    if (address === undefined) return;
    const socket = connect({ host: address, port });
    sockets.push(socket);
    socket.once("connect", () => resolve(address));
    socket.on("error", () => {
      failed++;
      if (failed === addresses.length) resolve(undefined);
      else if (next === sockets.length) tryNext();
    });
    timer = setTimeout(tryNext, STAGGER_MS);
  };
  const abort = () => resolve(undefined);
  signal.addEventListener("abort", abort, { once: true });
  try {
    tryNext();
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    for (const socket of sockets) socket.destroy();
  }
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.") || address.startsWith("::ffff:127.");
}
