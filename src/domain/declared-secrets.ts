import type { TaskPermissions } from "./task.ts";

/** A secret that a task declares. */
export interface DeclaredSecret {
  name: string;
  /** If given, the task gets a stand-in, and requests to these hosts get the value. */
  hosts: readonly string[] | undefined;
}

/** Returns the secrets that a task declares in its permissions, in the order of the file. */
export function declaredSecrets(permissions: Pick<TaskPermissions, "secrets"> | undefined): DeclaredSecret[] {
  const { secrets = [] } = permissions ?? {};
  if (isNames(secrets)) return secrets.map((name) => ({ name, hosts: undefined }));
  return Object.entries(secrets).map(([name, { hosts }]) => ({ name, hosts }));
}

function isNames(secrets: NonNullable<TaskPermissions["secrets"]>): secrets is readonly string[] {
  return Array.isArray(secrets);
}
