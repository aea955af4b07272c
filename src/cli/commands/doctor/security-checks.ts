import { X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { tlsFiles } from "../../../api/configured-settings.ts";
import { readTlsFiles } from "../../../api/tls-files.ts";
import type { ConfigValues } from "../../../config/keys.ts";
import type { NetworkRule } from "../../../domain/network-rule.ts";
import { toRatchetError } from "../../../domain/unknown-error.ts";
import { isLoopback } from "../../../lib/address-blocks.ts";
import { buildInfo } from "../../../lib/build-info.ts";
import { systemErrorText } from "../../../lib/system-error.ts";
import { generatedKeyPath } from "../../../secrets/keys/choose-key-source.ts";
import { roundedSize } from "../db/rounded-size.ts";
import type { Check } from "./check.ts";

/** Looks for what is unsafe in a configuration, or soon will not work. Never throws. */
export async function securityChecks(config: ConfigValues): Promise<Check[]> {
  return [
    ...fileModes(config),
    certificate(config),
    ...exposure(config),
    ...origins(config),
    ...proxies(config),
    ...outbound(config),
    clock(),
    await disk(config),
  ];
}

/** Permission bits of the group and of all other users. */
const OTHERS = 0o077;

/** Files that hold secrets, or everything. */
function fileModes(config: ConfigValues): Check[] {
  const database = config["server.database.url"].replace(/^sqlite:(?:\/\/)?/, "");
  const files = [
    ...(database === ":memory:" ? [] : [database, `${database}-wal`, `${database}.audit`, generatedKeyPath(database)]),
    config["server.tls.key_file"],
    config["secrets.key_file"],
    config["auth.admin.password_file"],
    config["auth.jwt.secret_file"],
    config["auth.oidc.client_secret_file"],
  ];
  const checks = files.filter((file) => file !== undefined && file !== "").map((file) => modeOf(String(file)));
  return checks.some((check) => check !== undefined)
    ? checks.filter((check) => check !== undefined)
    : [{ name: "files", state: "ok", text: "only their owner can read the database and the files with keys" }];
}

function modeOf(file: string): Check | undefined {
  // Windows has no such bits.
  if (process.platform === "win32") return undefined;
  try {
    const { mode } = statSync(file);
    if ((mode & OTHERS) === 0) return undefined;
    const remedy = `Run chmod go= ${file}`;
    return { name: "files", state: "failed", text: `other users of this machine can use ${file}`, remedy };
  } catch (error) {
    // A database that does not exist yet is nothing wrong; a configured file is found out where it is used.
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    const remedy = "Change its permissions, or run the command as the server's user.";
    return { name: "files", state: "warning", text: `${file} can't be examined: ${systemErrorText(error)}`, remedy };
  }
}

/** A certificate should be renewed this long before it expires, in ms. */
const RENEW_BEFORE_MS = 21 * 24 * 3_600_000;

function certificate(config: ConfigValues): Check {
  const name = "tls";
  try {
    const files = tlsFiles(config);
    if (files === undefined) return { name, state: "note", text: "off: the server speaks plain HTTP" };
    readTlsFiles(files);
    const { validToMs, subject } = expiryOf(files.certFile);
    const day = new Date(validToMs).toISOString().slice(0, 10);
    const leftMs = validToMs - Date.now();
    const remedy = `Renew it, and replace ${files.certFile} and ${files.keyFile}: a running server notices.`;
    if (leftMs <= 0) return { name, state: "failed", text: `the certificate of ${subject} expired on ${day}`, remedy };
    if (leftMs < RENEW_BEFORE_MS) {
      return { name, state: "warning", text: `the certificate of ${subject} expires on ${day}`, remedy };
    }
    return {
      name,
      state: "ok",
      text: `the certificate of ${subject} is valid until ${day}, and the key belongs to it`,
    };
  } catch (error) {
    const { message, remedy } = toRatchetError(error);
    return { name, state: "failed", text: message, remedy: remedy ?? "Correct server.tls.cert_file." };
  }
}

function expiryOf(file: string): { validToMs: number; subject: string } {
  const parsed = new X509Certificate(readFileSync(file));
  const subject = /^CN=(.*)$/m.exec(parsed.subject)?.[1] ?? parsed.subject;
  return { validToMs: Date.parse(parsed.validTo), subject };
}

function exposure(config: ConfigValues): Check[] {
  const host = config["server.host"].replace(/^\[|\]$/g, "");
  const isLocal = host === "localhost" || isLoopback(host);
  const hasTls = (config["server.tls.cert_file"] ?? "") !== "";
  const behindProxy = (config["server.trusted_proxies"] ?? []).length > 0;
  const checks: Check[] = [];
  if (isLocal) checks.push({ name: "address", state: "ok", text: `${host}: only this machine reaches the server` });
  else if (hasTls)
    checks.push({ name: "address", state: "ok", text: `${host}: other machines reach the server over TLS` });
  else if (behindProxy) {
    checks.push({ name: "address", state: "note", text: `${host}, without TLS: a trusted proxy has to provide it` });
  } else {
    const text = `other machines reach ${host} without TLS: passwords, keys and data can be read on the way`;
    const remedy = "Set server.tls.cert_file and server.tls.key_file, or listen on 127.0.0.1 behind a proxy.";
    checks.push({ name: "address", state: "failed", text, remedy });
  }
  if (!config["auth.enabled"]) {
    const text = isLocal
      ? "everyone on this machine may do everything"
      : "everyone who reaches the server may do everything";
    const remedy = "Remove auth.enabled: false, and create a user with `ratchet user create NAME --role admin`.";
    checks.push({
      name: "access",
      state: isLocal ? "warning" : "failed",
      text: `auth.enabled is false: ${text}`,
      remedy,
    });
  }
  return checks;
}

function origins(config: ConfigValues): Check[] {
  const listed = config["server.cors.origins"] ?? [];
  if (!listed.includes("*")) return [];
  const remedy = "List the origins of the pages that call the server.";
  return [
    { name: "cors", state: "warning", text: "server.cors.origins is *: every web page may call the server", remedy },
  ];
}

/** Blocks with fewer bits than these are larger than the largest private network of their family. */
const LEAST_BITS = { 4: 8, 6: 7 } as const;

function proxies(config: ConfigValues): Check[] {
  const wide = (config["server.trusted_proxies"] ?? []).filter((block) => {
    const bits = block.split("/")[1];
    return bits !== undefined && Number(bits) < LEAST_BITS[block.includes(":") ? 6 : 4];
  });
  const remedy = "List only the addresses of your own proxies.";
  return wide.map((block) => ({
    name: "proxies",
    state: "failed",
    text: `server.trusted_proxies has ${block}: almost anyone can claim any address`,
    remedy,
  }));
}

function outbound(config: ConfigValues): Check[] {
  const checks: Check[] = [];
  if (!config["http.verify_ssl"]) {
    const text = "http.verify_ssl is false: tasks talk to anyone who pretends to be the server that they call";
    checks.push({ name: "outbound", state: "warning", text, remedy: "Use http.ca_file for an authority of your own." });
  }
  if (config["execution.network"] === "any") {
    const text = "execution.network is any: tasks may call private addresses and this machine";
    checks.push({ name: "outbound", state: "warning", text, remedy: "Use public, and list exceptions in http.allow." });
  }
  for (const rule of (config["http.allow"] ?? []).filter(opensEverything)) {
    const text = `http.allow has ${rule.text}: tasks may call private addresses and this machine`;
    checks.push({ name: "outbound", state: "warning", text, remedy: "Allow only the hosts that tasks have to reach." });
  }
  return checks;
}

function opensEverything(rule: NetworkRule): boolean {
  return rule.kind === "host" ? rule.host === "*" : rule.bits < LEAST_BITS[rule.address.includes(":") ? 6 : 4];
}

/** A clock that is wrong breaks certificates, tokens and schedules. */
function clock(): Check {
  const built = Date.parse(buildInfo().buildDate);
  const now = new Date().toISOString();
  if (Number.isNaN(built) || Date.now() >= built - 24 * 3_600_000) return { name: "clock", state: "ok", text: now };
  const text = `${now} is before this program was built`;
  return { name: "clock", state: "failed", text, remedy: "Set the clock, for example with NTP." };
}

const LEAST_FREE_BYTES = 100 * 1024 ** 2;
const LITTLE_FREE_BYTES = 1024 ** 3;

async function disk(config: ConfigValues): Promise<Check> {
  const path = config["server.database.url"].replace(/^sqlite:(?:\/\/)?/, "");
  const name = "disk";
  if (path === ":memory:") return { name, state: "ok", text: "not needed by a database in memory" };
  try {
    const { bavail, bsize } = await statfs(dirname(path));
    const free = bavail * bsize;
    const state = free < LEAST_FREE_BYTES ? "failed" : free < LITTLE_FREE_BYTES ? "warning" : "ok";
    const text = `${roundedSize(free)} free for the database`;
    return { name, state, text, ...(state === "ok" ? {} : { remedy: "Free some space, or shorten retention." }) };
  } catch (error) {
    return { name, state: "note", text: `the system does not say how much is free: ${systemErrorText(error)}` };
  }
}
