/**
 * Who may call a route: everyone, or callers that may read (viewers), write (operators) or administer (admins). What is
 * `decide` may be called by everyone who may read; who may decide is part of what is asked. A test checks that every route
 * has the class it needs.
 */
export type AccessClass = "public" | "read" | "decide" | "write" | "admin";

/**
 * The body that a route accepts:
 *
 * - `ignored`: it is not read, because it has no meaning (in a GET; RFC 9110, section 9.3.1)
 * - `empty`: nothing or `{}`; it is read to its end nevertheless
 * - `optional`: JSON; a missing body means `{}`
 * - `json`: JSON
 * - `value`: JSON of any kind, as its bytes; none if it is missing
 * - `raw`: bytes, as one array; none if it is missing
 * - `graphql`: JSON by the rules for GraphQL inputs; undefined if it is missing
 */
export type BodyForm = "ignored" | "empty" | "optional" | "json" | "graphql" | "value" | "raw";

/** What a route requires of a request. The middlewares enforce it. */
export interface Requirements {
  access: AccessClass;
  body: BodyForm;
  /** Whether it concerns all tasks, so that nobody who is limited to some of them may call it. @default true for admins only */
  allTasks?: boolean;
  /** Largest body, bytes. @default the server's limit, which also applies if this is larger */
  maxBodyBytes?: number;
  /** Whether the route also works on a server that waits for its first user. @default false */
  duringSetup?: boolean;
}
