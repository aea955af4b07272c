import type { Requirements } from "./requirements.ts";

/** A request that was let in and has found its route. */
export interface RawCall {
  request: Request;
  /** Parameters of the path, as they were sent. */
  params: Readonly<Record<string, string>>;
  /** Reads the body, in the form that the route takes. @throws {Refusal} or {@link RatchetError} when it has another */
  readBody(): Promise<unknown>;
}

/** A route as the server serves it. */
export interface ServedRoute {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** With parameters as `:name`. */
  path: string;
  requires: Requirements;
  /** @throws what `publicError` understands */
  respond(call: RawCall): Promise<Response> | Response;
}

/** Routes that belong together, such as those of one door. */
export interface RouteGroup {
  name: string;
  routes: readonly ServedRoute[];
}
