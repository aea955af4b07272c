import { Elysia } from "elysia";
import type { BodyReader } from "../../checking/body-reader.ts";
import type { AccessCheck } from "./access-check.ts";
import type { BodyLimits } from "./body.ts";
import type { Gate } from "./gate.ts";
import { access } from "./middleware/access.ts";
import { body } from "./middleware/body.ts";
import { errors } from "./middleware/errors.ts";
import { head } from "./middleware/head.ts";
import { limits } from "./middleware/limits.ts";
import { metrics, type RequestObserver } from "./middleware/metrics.ts";
import type { RouteName } from "./route-table.ts";

/** What the middlewares need. */
export interface MiddlewareOptions {
  access: AccessCheck;
  gate: Gate;
  /**
   * Returns the IP address of the client.
   * @param peer IP address of the other end of the connection
   */
  clientAddress: (headers: Headers, peer: string) => string;
  limits: BodyLimits;
  readJson: BodyReader;
  onResponse: RequestObserver;
  /** Called with errors that are the server's fault. */
  onFault: (error: unknown, request: Request) => void;
}

/**
 * Creates an app with the middlewares in the order in which requests pass them. Responses pass them in the same order.
 * `head` comes last, because it replaces the response.
 */
export function withMiddlewares(routes: readonly RouteName[], options: MiddlewareOptions) {
  const limited = limits(options.limits.maxBytes);
  return new Elysia({ normalize: false })
    .use(metrics(routes, options.onResponse))
    .use(access(options.access))
    .use(limited)
    .use(body(limited, options.limits, options.readJson))
    .use(errors(options.onFault))
    .use(head());
}
