import { blockProblem } from "../../lib/address-blocks.ts";
import type { KeyDefinition } from "../key-definition.ts";
import { lowerOf, usersOwn } from "../project-limits.ts";
import { readTextList, TEXT_LIST_SCHEMA, writeTextList } from "../text-list.ts";
import type { ConfigValue, StructureReading } from "../value-form.ts";

const DEFAULT_DATABASE = "sqlite:ratchet.db";

/** Keys of `ratchet serve`. */
export const SERVER_KEYS = {
  "server.host": {
    form: { type: "string", check: hostName },
    default: "127.0.0.1",
    aliases: ["server.bind_address"],
    description:
      "Address to listen on. An address that other machines reach requires access control: see auth.enabled.",
    allowedInProject: (value) => value === "127.0.0.1" || value === "localhost" || value === "::1",
    projectRule: "./ratchet.yaml may only set an address of this machine.",
  },
  "server.port": {
    form: { type: "integer", min: 0, max: 65_535 },
    default: 8080,
    description: "Port to listen on. 0 means any free port.",
  },
  "server.public_url": {
    form: { type: "string", check: publicUrl },
    example: "https://jobs.example.org",
    description:
      "URL at which people reach the server, for links in notifications. Without it, links have the address that the server listens on.",
    allowedInProject: () => false,
  },
  "server.database.url": {
    form: { type: "string" },
    default: DEFAULT_DATABASE,
    variable: "RATCHET_DATABASE_URL",
    description: "The database: sqlite:PATH, or sqlite::memory: for a database that is lost when the server stops.",
    allowedInProject: (value) => value === DEFAULT_DATABASE,
  },
  "server.max_body_size": {
    form: { type: "size", min: 1_024, max: 1_024 ** 3 },
    default: 64 * 1_024 ** 2,
    description: "Maximum size of a request.",
    inProject: lowerOf,
  },
  "server.allowed_hosts": {
    form: { type: "string" },
    default: "",
    description: "Comma-separated host names that clients may use in addition to those of this machine.",
    allowedInProject: (value) => value === "",
  },
  "server.cors.origins": {
    form: { type: "structure", isText: true, read: readOrigins, write: writeTextList, schema: TEXT_LIST_SCHEMA },
    aliases: ["server.allowed_origins"],
    example: "[https://jobs.example.org]",
    description:
      "Origins of web pages that may call the server and read its responses (CORS). `*` allows every page. Pages of other origins can never use the cookie of a session.",
    allowedInProject: isEmpty,
    projectRule: "./ratchet.yaml may not allow any.",
  },
  "server.trusted_proxies": {
    form: { type: "structure", isText: true, read: readBlocks, write: writeTextList, schema: TEXT_LIST_SCHEMA },
    example: "[10.0.0.0/8]",
    description:
      "Addresses and blocks of addresses of proxies in front of the server. Only from them does it believe X-Forwarded-For, Forwarded and X-Forwarded-Proto.",
    allowedInProject: isEmpty,
    projectRule: "./ratchet.yaml may not trust any.",
  },
  "server.tls.cert_file": {
    form: { type: "string" },
    example: "/etc/ratchet/tls.crt",
    description:
      "A PEM file with the certificate of the server, followed by the intermediate ones. The server then speaks HTTPS only. It reads the file again when it changes.",
    allowedInProject: () => false,
  },
  "server.tls.key_file": {
    form: { type: "string" },
    example: "/etc/ratchet/tls.key",
    description: "A PEM file with the private key of the certificate, without a passphrase.",
    allowedInProject: () => false,
  },
  "server.idle_timeout": {
    form: { type: "duration", min: 100, max: 3_600_000 },
    default: 30_000,
    description: "How long a client may take to begin a request, to send its head, or to read some of a response.",
    inProject: lowerOf,
  },
  "server.body_timeout": {
    form: { type: "duration", min: 100, max: 24 * 3_600_000 },
    default: 60_000,
    description: "How long a client may take to send the body of a request.",
    inProject: lowerOf,
  },
  "server.max_connections": {
    form: { type: "integer", min: 1, max: 1_000_000 },
    default: 20_000,
    description: "How many connections may be open at once. Further clients get 503 TOO_MANY_CONNECTIONS.",
    inProject: lowerOf,
  },
  "server.max_connections_per_address": {
    form: { type: "integer", min: 1, max: 1_000_000 },
    default: 2_000,
    description:
      "How many connections one address may have open at once. It does not apply to addresses in server.trusted_proxies.",
    inProject: lowerOf,
  },
  "server.rate_limit.count": {
    form: { type: "integer", min: 0, max: 1_000_000_000 },
    default: 0,
    description:
      "How many requests one caller (a user or a key; without credentials an address) may send in server.rate_limit.period. 0 means any number.",
    inProject: usersOwn,
  },
  "server.rate_limit.period": {
    form: { type: "duration", min: 1_000, max: 24 * 3_600_000 },
    default: 60_000,
    description: "The period of server.rate_limit.count.",
    inProject: usersOwn,
  },
  "server.shutdown_grace": {
    form: { type: "duration", min: 0, max: 24 * 3_600_000 },
    default: 30_000,
    description:
      "How long running jobs may continue after SIGTERM, SIGINT, SIGHUP or SIGQUIT before they are handed back.",
  },
  "server.drain_delay": {
    form: { type: "duration", min: 0, max: 3_600_000 },
    default: 0,
    description:
      "How long the server keeps listening after such a signal at least, so that load balancers see /ready turn to 503 before connections are refused. It keeps listening while jobs run in any case.",
  },
} as const satisfies Record<string, KeyDefinition>;

function hostName(text: string): string | undefined {
  return /^[\da-zA-Z._:-]+$/.test(text) ? undefined : "is not a host name or address";
}

function publicUrl(text: string): string | undefined {
  const isUrl = /^https?:\/\/[^/?#@]+(\/[^?#]*)?$/i.test(text) && URL.canParse(text);
  return isUrl ? undefined : "is not an http: or https: URL without credentials, query and fragment";
}

function isEmpty(value: ConfigValue): boolean {
  return Array.isArray(value) && value.length === 0;
}

function readOrigins(value: unknown): StructureReading<string[]> {
  const remedy = "Write a scheme and a host, such as https://jobs.example.org.";
  return readTextList(value, { check: originProblem, remedy });
}

function readBlocks(value: unknown): StructureReading<string[]> {
  const remedy = "Write an address or a block of addresses, such as 10.0.0.0/8.";
  return readTextList(value, { check: blockProblem, remedy });
}

function originProblem(text: string): string | undefined {
  if (text === "*") return undefined;
  const isOrigin = /^https?:\/\//i.test(text) && URL.canParse(text) && new URL(text).origin === text.toLowerCase();
  return isOrigin ? undefined : "is not the origin of a web page";
}
