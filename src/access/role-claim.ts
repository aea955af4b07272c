import { isRole, ROLES, type Role } from "../domain/principal.ts";
import { isObject } from "../lib/is-object.ts";

/**
 * Finds the role that a claim grants. Its value is the name of a role, or a list that contains names of roles, of which
 * the highest counts. Other names in a list mean nothing.
 * @param name the name of the claim. If no claim has exactly this name, a dot leads into an object:
 *   `realm_access.roles`
 * @returns undefined if the claim grants no role
 * @example
 * ```ts
 * roleInClaims({ role: "operator" }, "role"); // => "operator"
 * roleInClaims({ realm_access: { roles: ["staff", "viewer", "admin"] } }, "realm_access.roles"); // => "admin"
 * roleInClaims({ role: "root" }, "role"); // => undefined
 * ```
 */
export function roleInClaims(claims: Readonly<Record<string, unknown>>, name: string): Role | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : follow(claims, name.split("."));
  if (isRole(value)) return value;
  if (!Array.isArray(value)) return undefined;
  return ROLES.findLast((role) => value.includes(role));
}

function follow(claims: Readonly<Record<string, unknown>>, path: readonly string[]): unknown {
  let at: unknown = claims;
  for (const step of path) {
    if (!isObject(at) || !Object.hasOwn(at, step)) return undefined;
    at = at[step];
  }
  return at;
}
