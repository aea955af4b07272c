/** What a caller may do, from least to most. Each role includes the ones before it. */
export const ROLES = ["viewer", "operator", "admin"] as const;

/**
 * - `viewer` reads
 * - `operator` also handles jobs, executions, schedules, the queue and webhooks
 * - `admin` also handles users, keys, secrets, the audit log and configuration
 */
export type Role = (typeof ROLES)[number];

/**
 * How a caller identified itself:
 *
 * - `user`: a user of this server, with a password or a session
 * - `key`: an API key
 * - `jwt`: a bearer token of another issuer
 * - `oidc`: a session that began at an OpenID provider
 * - `local`: anyone, on a server without access control
 * - `command-line`: a command that opened the database itself
 */
export const PRINCIPAL_KINDS = ["user", "key", "jwt", "oidc", "local", "command-line"] as const;

export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];

/** Somebody who was identified, and what they may do. */
export interface Principal {
  readonly kind: PrincipalKind;
  /** Unique within its kind: the name of the user or key, or the subject of a token. */
  readonly name: string;
  readonly role: Role;
  /**
   * Limits the principal to tasks whose label matches one of these patterns, in which `*` stands for any characters.
   * Absent: all tasks. An empty list: none.
   */
  readonly tasks?: readonly string[];
}

/** Somebody who was identified, whatever they may do. */
export type Identity = Pick<Principal, "kind" | "name">;

/** Who sent a request, and from where. */
export interface Caller {
  /** Undefined if the caller did not identify itself, which only public routes accept. */
  readonly principal: Principal | undefined;
  /** IP address of the client. Behind a trusted proxy, the one that the proxy reports. Empty if it is unknown. */
  readonly address: string;
  /** Whether the client sent the request over TLS. */
  readonly secure: boolean;
}

/** The principal of every request to a server without access control. */
export const LOCAL_PRINCIPAL: Principal = Object.freeze({ kind: "local", name: "local", role: "admin" });

/** Returns true if a role includes everything that another one may do. */
export function roleIncludes(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Returns true if the value is the name of a role. */
export function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value);
}
