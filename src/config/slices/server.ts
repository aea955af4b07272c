import type { KeyDefinition } from "../key-definition.ts";

const DEFAULT_DATABASE = "sqlite:ratchet.db";

/** Keys of `ratchet serve`. */
export const SERVER_KEYS = {
  "server.host": {
    form: { type: "string", check: hostName },
    default: "127.0.0.1",
    aliases: ["server.bind_address"],
    description:
      "Address to listen on. Only addresses of this machine are accepted, because there is no access control yet.",
    allowedInProject: (value) => value === "127.0.0.1" || value === "localhost" || value === "::1",
    projectRule: "./ratchet.yaml may only set an address of this machine.",
  },
  "server.port": {
    form: { type: "integer", min: 0, max: 65_535 },
    default: 8080,
    description: "Port to listen on. 0 means any free port.",
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
  },
  "server.allowed_hosts": {
    form: { type: "string" },
    default: "",
    description: "Comma-separated host names that clients may use in addition to those of this machine.",
    allowedInProject: (value) => value === "",
  },
  "server.allowed_origins": {
    form: { type: "string" },
    default: "",
    description: "Comma-separated origins of web pages that may call the server, such as https://jobs.example.org.",
    allowedInProject: (value) => value === "",
  },
  "server.shutdown_grace": {
    form: { type: "duration", min: 0, max: 24 * 3_600_000 },
    default: 30_000,
    description:
      "How long running jobs may continue after SIGTERM, SIGINT, SIGHUP or SIGQUIT before they are handed back.",
  },
} as const satisfies Record<string, KeyDefinition>;

function hostName(text: string): string | undefined {
  return /^[\da-zA-Z._:-]+$/.test(text) ? undefined : "is not a host name or address";
}
