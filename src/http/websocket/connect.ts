import type { Duplex } from "node:stream";
import { openTunnel, secureOptions } from "../exact-path.ts";
import { portOf, type Route } from "../route.ts";

/**
 * Connects to the server of a route: to exactly its address, or through a tunnel of its proxy, also for `ws:` (RFC 6455,
 * section 4.1).
 * @throws errors of the system and of TLS, which `explainFailure` knows
 */
export async function connectTo(route: Route, signal: AbortSignal): Promise<Duplex> {
  const { url, address, proxy } = route;
  const isSecure = url.protocol === "https:";
  if (proxy === undefined) {
    const place = { host: address ?? "", port: Number(portOf(url)) };
    if (!isSecure) return opened((await import("node:net")).connect(place), "connect", signal);
    const { connect } = await import("node:tls");
    return opened(connect({ ...place, ...secureOptions(route) }), "secureConnect", signal);
  }
  const tunnel = await openTunnel({ ...route, signal }, proxy);
  if (!isSecure) return tunnel;
  const { connect } = await import("node:tls");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return opened(connect({ socket: tunnel, host, ...secureOptions(route) }), "secureConnect", signal);
}

/** Resolves when the connection is open. */
function opened(socket: Duplex, event: "connect" | "secureConnect", signal: AbortSignal): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const abort = () => socket.destroy(signal.reason instanceof Error ? signal.reason : undefined);
  const closed = () => reject(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
  socket.once(event, () => resolve(socket));
  socket.once("error", reject);
  socket.once("close", closed);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  return promise.finally(() => {
    signal.removeEventListener("abort", abort);
    socket.off("error", reject);
    socket.off("close", closed);
  });
}
