import type { Role } from "../../src/domain/principal.ts";
import type { TestServer } from "../api/start-server.ts";

/** Headers of callers, by what they are. */
export type Callers = Readonly<Record<string, Record<string, string>>>;

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

/** Creates a key. @returns its header */
export async function keyHeader(
  { deps }: TestServer,
  name: string,
  role: Role,
  more: { tasks?: string[]; expires?: string } = {},
): Promise<Record<string, string>> {
  return bearer((await deps.access.keys.create({ name, role, ...more }, "")).secret);
}

/** Creates a user and logs in. @returns the header with the session's cookie */
export async function sessionHeader(server: TestServer, name: string, role: Role): Promise<Record<string, string>> {
  const { users, sessions } = server.deps.access;
  await users.create({ name, role, password: "correct horse battery" }, "");
  const { token } = await sessions.login({ username: name, password: "correct horse battery" });
  return { cookie: `ratchet_session=${token}` };
}

/** Callers with a role each, by key and by session. */
export async function goodCallers(server: TestServer): Promise<Record<Role, Record<string, string>[]>> {
  const callers = async (role: Role) => [
    await keyHeader(server, `${role}-key`, role),
    await sessionHeader(server, `${role}-user`, role),
  ];
  return { viewer: await callers("viewer"), operator: await callers("operator"), admin: await callers("admin") };
}

/** Everybody whom the server does not know, or not any more. */
export async function badCallers(server: TestServer): Promise<Callers> {
  const { keys, users, sessions } = server.deps.access;
  const revoked = await keyHeader(server, "revoked", "admin");
  await keys.revoke("revoked");
  const replaced = await keyHeader(server, "replaced", "admin");
  await keys.rotate("replaced", { overlap: 0 }, "");
  const expired = await keyHeader(server, "expired", "admin", { expires: "1s" });
  const deleted = await sessionHeader(server, "deleted", "admin");
  await users.delete("deleted");
  const left = await sessionHeader(server, "left", "admin");
  await sessions.logout(left.cookie?.split("=")[1] ?? "");
  const changed = await sessionHeader(server, "changed", "admin");
  await users.change("changed", { password: "another horse battery" }, "");
  const foreign = `rtk_${"A".repeat(43)}`;
  return {
    nobody: {},
    "an expired key": expired,
    "a revoked key": revoked,
    "a key that was replaced": replaced,
    "a key of another server": bearer(foreign),
    "a key of another server in its own header": { "x-api-key": foreign },
    "a key that is cut short": bearer("rtk_"),
    "a token of an issuer that is not configured": bearer("eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4ifQ."),
    "a user name and a password": { authorization: `Basic ${btoa("admin-user:correct horse battery")}` },
    "an empty credential": { authorization: "Bearer " },
    "a session of another server": { cookie: `ratchet_session=${"B".repeat(43)}` },
    "a session that was left": left,
    "a session of a deleted user": deleted,
    "a session from before a new password": changed,
    // Without TLS the cookie has another name.
    "a cookie for TLS": { cookie: `__Host-${left.cookie ?? ""}` },
  };
}
