/**
 * Who may call a route: anyone who reaches the server, or those who may read, change, or administer what it has. All
 * routes are open until access control can be configured; a test holds that every route has the class it needs.
 */
export type AccessClass = "public" | "read" | "write" | "admin";

/**
 * The body that a route takes:
 *
 * - `ignored`: what is sent is not read, because it has no meaning (a GET; RFC 9110, section 9.3.1)
 * - `empty`: nothing or `{}`; read to its end nevertheless
 * - `optional`: JSON; without one it counts as `{}`
 * - `json`: JSON
 * - `graphql`: JSON by the rules of GraphQL's inputs; undefined without one
 */
export type BodyForm = "ignored" | "empty" | "optional" | "json" | "graphql";

/** What a route requires of a request; the middlewares see to it. */
export interface Requirements {
  access: AccessClass;
  body: BodyForm;
}
