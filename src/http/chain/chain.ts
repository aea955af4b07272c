import type { HttpSend } from "../../domain/http.ts";
import { breakCircuit } from "./break-circuit.ts";
import { limitPhases } from "./limit-phases.ts";
import { limitRate } from "./limit-rate.ts";
import { limitSize } from "./limit-size.ts";
import { isTracked, type Link } from "./link.ts";
import type { Origins } from "./origins.ts";
import { retryRequests } from "./retry-requests.ts";

/** The links around the pool of connections. */
export interface ChainOptions {
  origins: Origins;
  /** Sends one request over one connection. */
  transport: HttpSend;
  /** Waits for a place among the connections before it sends by the next layer. */
  pool: (next: HttpSend) => HttpSend;
}

/**
 * Creates the part of the chain that knows about origins. Each hop of a redirect passes it: circuit breaker, retry, rate
 * limit, pool, time limits, size, transport. Requests without progress are the host's own and only pass the pool.
 */
export function createChain({ origins, transport, pool }: ChainOptions): HttpSend {
  const pooled = pool(limitedAttempt(origins, transport));
  const send: Link = (request, signal) => pooled(request, signal);
  const once = limitRate(send);
  const first = breakCircuit({ usual: retryRequests(once), once });
  return (request, signal) =>
    isTracked(request) ? first(request, signal, origins.of(request.url)) : pooled(request, signal);
}

/** The links below the pool: what they do counts only from when there is a connection to use. */
function limitedAttempt(origins: Origins, transport: HttpSend): HttpSend {
  const attempt = limitPhases(limitSize((request, signal) => transport(request, signal)));
  return (request, signal) =>
    isTracked(request) ? attempt(request, signal, origins.of(request.url)) : transport(request, signal);
}
