import { randomBytes } from "node:crypto";
import { type DeclaredSecret, declaredSecrets } from "../../domain/declared-secrets.ts";
import { RatchetError } from "../../domain/errors.ts";
import type { SecretSubstitution } from "../../domain/http.ts";
import type { StandIn } from "../../domain/stand-in.ts";
import type { TaskMetadata } from "../../domain/task.ts";
import { createSubstitution } from "../../secrets/stand-ins/substitution.ts";

/** What one execution gets of the secrets that its task declares. */
export interface GrantedSecrets {
  /** `context.secrets`: values, and stand-ins of those that are bound to hosts. */
  guest: Record<string, string>;
  standIns: StandIn[];
}

/** Random part of a stand-in, bytes: nobody guesses it. */
const RANDOM_BYTES = 20;

/**
 * Gives a task the secrets that it declares. Each execution has stand-ins of its own.
 * @param findValue returns the value of a secret; undefined if it is not set
 * @param standInEnd returns the end of a stand-in. @default a random text
 * @throws {RatchetError} CONFIG_INVALID that names the secrets that are not set
 */
export function grantSecrets(
  { label, permissions }: Pick<TaskMetadata, "label" | "permissions">,
  findValue: (name: string) => string | undefined,
  standInEnd: (name: string) => string = randomText,
): GrantedSecrets {
  const granted: GrantedSecrets = { guest: {}, standIns: [] };
  const missing: string[] = [];
  for (const secret of declaredSecrets(permissions)) {
    const value = findValue(secret.name);
    if (value === undefined) missing.push(secret.name);
    else grant(granted, secret, value, standInEnd);
  }
  if (missing.length > 0) throw notSet(missing, label);
  return granted;
}

function randomText(): string {
  return randomBytes(RANDOM_BYTES).toString("hex");
}

function grant(
  { guest, standIns }: GrantedSecrets,
  { name, hosts }: DeclaredSecret,
  value: string,
  standInEnd: (name: string) => string,
): void {
  if (hosts === undefined) {
    guest[name] = value;
    return;
  }
  const text = `standin_${name}_${standInEnd(name)}`;
  guest[name] = text;
  standIns.push({ name, text, value, hosts });
}

function notSet(missing: readonly string[], label: string): RatchetError {
  const [first = ""] = missing;
  const [what, it] =
    missing.length === 1 ? [`The secret ${first} is`, "it"] : [`The secrets ${missing.join(", ")} are`, "them"];
  return new RatchetError("CONFIG_INVALID", `${what} not set, and the task "${label}" declares ${it}.`, {
    remedy: `Set ${it} with \`ratchet secrets set ${first}\`.`,
    data: { missing: [...missing] },
  });
}

/** Creates the substitution for stand-ins; undefined without any. */
export function substitutionOf(standIns: readonly StandIn[]): SecretSubstitution | undefined {
  return standIns.length === 0 ? undefined : createSubstitution(standIns);
}
