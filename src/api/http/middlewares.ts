import { Elysia } from "elysia";
import type { BodyReader } from "../../checking/body-reader.ts";
import type { Traces } from "../../telemetry/tracing/traces.ts";
import type { AccessCheck } from "./access-check.ts";
import type { AuditTrail } from "./audit-trail.ts";
import type { BodyLimits } from "./body.ts";
import type { BodyMemory } from "./body-memory.ts";
import type { Client, FindClient } from "./client.ts";
import type { Gate } from "./gate.ts";
import { access } from "./middleware/access.ts";
import { body } from "./middleware/body.ts";
import { client } from "./middleware/client.ts";
import { errors } from "./middleware/errors.ts";
import { head } from "./middleware/head.ts";
import { limits } from "./middleware/limits.ts";
import { metrics, type RequestObserver } from "./middleware/metrics.ts";
import { rateLimit } from "./middleware/rate-limit.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { RouteName } from "./route-table.ts";

/** What the middlewares need. */
export interface MiddlewareOptions {
  findClient: FindClient;
  access: AccessCheck;
  gate: Gate;
  trail: Pick<AuditTrail, "change">;
  traces: Pick<Traces, "requests">;
  /** Adds what is left of a caller's quota to a response. @default nothing */
  addRateHeaders?: RateLimit["addHeaders"];
  limits: BodyLimits;
  bodyMemory: BodyMemory;
  readJson: BodyReader;
  onResponse: RequestObserver;
  /** Called with errors that are the server's fault. */
  onFault: (error: unknown, request: Request) => void;
}

/**
 * Creates an app with the middlewares in the order in which requests pass them. Responses pass them in the same order.
 * `head` comes last, because it replaces the response.
 * @param clientOf returns who sent a request
 */
export function withMiddlewares(
  routes: readonly RouteName[],
  options: MiddlewareOptions,
  clientOf: (request: Request) => Client,
) {
  const limited = limits(options.bodyMemory);
  const found = client(clientOf);
  return new Elysia({ normalize: false })
    .use(metrics(routes, options.onResponse))
    .use(found)
    .use(rateLimit({ addHeaders: options.addRateHeaders ?? (() => {}) }))
    .use(access(found, options.access))
    .use(limited)
    .use(body(limited, options.limits, options.readJson))
    .use(errors(options.onFault))
    .use(head());
}
