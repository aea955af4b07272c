import type { AuditDraft } from "../../domain/audit.ts";
import type { Caller } from "../../domain/principal.ts";
import type { Requirements } from "./requirements.ts";

/** A request that passed the middlewares and matched a route. */
export interface RawCall {
  request: Request;
  /** Parameters of the path, as sent. */
  params: Readonly<Record<string, string>>;
  /** Who sent it. */
  caller: Caller;
  /** The entry that the audit log gets. Absent if the route changes nothing. */
  draft?: AuditDraft;
  /** Reads the body in the form that the route requires. @throws {HttpError} or {@link RatchetError} if it has another form */
  readBody(): Promise<unknown>;
}

/** A route as the server serves it. */
export interface ServedRoute {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Parameters are written `:name`. */
  path: string;
  requires: Requirements;
  /** @throws what `publicError` understands */
  respond(call: RawCall): Promise<Response> | Response;
  /** Responds to a request that the gate refused. @default a problem document */
  refuse?(error: unknown, request: Request): Response;
}

/** Routes that belong together, such as those of one door. */
export interface RouteGroup {
  name: string;
  routes: readonly ServedRoute[];
}
