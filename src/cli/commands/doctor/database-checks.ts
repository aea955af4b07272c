import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { processEnvironment } from "../../../config/environment.ts";
import type { ConfigValues } from "../../../config/keys.ts";
import { RatchetError } from "../../../domain/errors.ts";
import { createVault } from "../../../secrets/vault.ts";
import { databaseKeySource } from "../../../service/secrets/database-key-source.ts";
import { checkLinks } from "../../../store/sqlite/connection.ts";
import { parseDatabaseUrl } from "../../../store/sqlite/location.ts";
import { createMaintenance } from "../../../store/sqlite/maintenance.ts";
import { readSecretsOf } from "../../../store/sqlite/secret-reader.ts";
import { attempt, type Check, failure } from "./check.ts";
import { checkAccess } from "./writable.ts";

/** Checks the database, the key of its secrets and its audit log, as `serve` opens them. Changes nothing. */
export async function databaseChecks(config: ConfigValues): Promise<Check[]> {
  const url = config["server.database.url"];
  const schema = await schemaCheck(url);
  const checks = [schema, await attempt("secrets", () => openSecrets(config, schema.state === "failed"))];
  return schema.state === "ok" && hasFile(url) ? [...checks, await auditCheck(url)] : checks;
}

/** Returns true if the configured database exists. */
function hasFile(url: string): boolean {
  const location = parseDatabaseUrl(url);
  return location.kind === "file" && existsSync(location.path);
}

async function schemaCheck(url: string): Promise<Check> {
  const name = "database";
  try {
    const location = parseDatabaseUrl(url);
    if (location.kind === "memory") return { name, state: "ok", text: "in memory; lost when the server stops" };
    const { path } = location;
    requireFolder(path);
    checkLinks(path);
    if (!existsSync(path))
      return { name, state: "ok", text: `${path} does not exist yet; \`ratchet serve\` creates it` };
    checkAccess(path);
    const { pending } = await createMaintenance(url).schema();
    if (pending.length === 0) return { name, state: "ok", text: `${path} exists; \`ratchet db check\` examines it` };
    const steps = pending.map(({ version, name }) => `${version} ${name}`).join(", ");
    const remedy =
      "Make a backup with `ratchet db backup` first. An earlier Ratchet can't use the database after that.";
    return { name, state: "warning", text: `${path} is from an earlier version: serve will apply ${steps}`, remedy };
  } catch (error) {
    return failure(name, error);
  }
}

/** SQLite keeps further files beside the database. @throws {RatchetError} ENVIRONMENT */
function requireFolder(path: string): void {
  const folder = dirname(resolve(path));
  if (existsSync(folder)) return checkAccess(folder);
  throw new RatchetError(
    "ENVIRONMENT",
    `The folder ${folder} of the database does not exist, and serve does not create it.`,
    {
      remedy: `Run mkdir -p ${folder}, or correct server.database.url.`,
    },
  );
}

/**
 * Decrypts the stored secrets, which `serve` does at its start to mask them.
 * @param isUnreadable nothing can be read from the database
 */
async function openSecrets(config: ConfigValues, isUnreadable: boolean): Promise<string> {
  const keys = databaseKeySource(config, processEnvironment(), () => {});
  const available = keys.keys();
  const location = parseDatabaseUrl(config["server.database.url"]);
  if (!isUnreadable && location.kind === "file" && existsSync(location.path)) {
    const stored = readSecretsOf(location.path);
    const rows = { revision: async () => stored.revision, read: async () => stored };
    const { size } = await createVault(rows, keys).values();
    if (size > 0) return `${size} ${size === 1 ? "secret" : "secrets"}, which the key in ${keys.name} opens`;
  }
  return available.length === 0 ? "no secrets, and no key yet" : `no secrets; the key is in ${keys.name}`;
}

/** Entries of the audit log that are checked, the newest: a second at the most. */
const NEWEST_ENTRIES = 10_000;

async function auditCheck(url: string): Promise<Check> {
  const name = "audit";
  try {
    const { count, broken, notes } = await createMaintenance(url).verifyAudit({ newest: NEWEST_ENTRIES });
    if (broken !== undefined) {
      const place = broken.id === null ? "" : `entry ${broken.id}: `;
      const remedy = "Run `ratchet audit verify`, and compare the log with a copy.";
      return { name, state: "failed", text: `the audit log is broken: ${place}${broken.reason}`, remedy };
    }
    const entries = `${count} ${count === 1 ? "entry" : "entries"}`;
    return { name, state: "ok", text: [`intact, ${entries}`, ...notes].join("; ") };
  } catch (error) {
    return failure(name, error);
  }
}
