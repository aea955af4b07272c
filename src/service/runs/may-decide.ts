import { isRole, type Principal, roleIncludes } from "../../domain/principal.ts";

/**
 * May somebody decide about an approval? A name means a person: a user of this server, or somebody whom another issuer
 * vouches for. Without access control, everyone may.
 * @param who roles and names; null: whoever may handle jobs
 * @example
 * ```ts
 * mayDecide({ kind: "user", name: "ada", role: "viewer" }, null); // => false
 * mayDecide({ kind: "user", name: "ada", role: "viewer" }, ["admin", "ada"]); // => true
 * mayDecide({ kind: "key", name: "ada", role: "operator" }, ["ada"]); // => false
 * mayDecide({ kind: "key", name: "ci", role: "admin" }, ["operator"]); // => true
 * ```
 */
export function mayDecide({ kind, name, role }: Principal, who: readonly string[] | null): boolean {
  if (kind === "local" || kind === "command-line") return true;
  if (who === null) return roleIncludes(role, "operator");
  return who.some((one) => {
    if (isRole(one)) return roleIncludes(role, one);
    // Names of users are unique without regard to case.
    return kind === "user" ? one.toLowerCase() === name.toLowerCase() : kind !== "key" && one === name;
  });
}
