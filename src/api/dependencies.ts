import type { AccessControl } from "../access/access-control.ts";
import type { OidcLogin } from "../access/oidc/login.ts";
import type { BodyReader } from "../checking/body-reader.ts";
import type { Clock } from "../lib/clock.ts";
import type { ServiceDependencies } from "../service/dependencies.ts";
import type { ServerResources } from "../service/health/server-resources.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Measurements } from "../telemetry/measurements.ts";
import type { Traces } from "../telemetry/tracing/traces.ts";
import type { QuotaPolicy } from "./http/request-quota.ts";
import type { TlsFiles } from "./tls-files.ts";

/** A part that has to work for the server to be ready. */
export interface ReadinessCheck {
  name: string;
  ok: boolean;
  /** Why not, for programs: `starting`, `draining`, `database` or `memory`. Absent if it works. */
  reason?: string;
  /** Why not, for people; or what is unusual about a part that works. */
  message?: string;
}

/** Settings used by the API layer. */
export interface ApiSettings {
  /** Largest request body, bytes. @default 64 MB */
  maxBodyBytes?: number;
  /** Largest delivery of a webhook, bytes. @default 1 MB */
  maxDeliveryBytes?: number;
  /** How long a client may take to send a body, ms. @default 60000 */
  bodyTimeoutMs?: number;
  /** Certificate and key. Without them, the server speaks plain HTTP. */
  tls?: TlsFiles;
  /** Addresses and blocks of addresses whose word on the client's address counts. @default none */
  trustedProxies?: readonly string[];
  /** Maximum number of open connections. @default 20000 */
  maxConnections?: number;
  /** Maximum number of open connections from one address that is not a trusted proxy. @default 2000 */
  maxConnectionsPerAddress?: number;
  /** How many requests one caller may send. @default any number */
  rateLimit?: QuotaPolicy;
  /** Idle timeout of connections, in ms. Streams and executions are exempt. @default 30000 */
  idleTimeoutMs?: number;
  /** Host names that requests may use, in addition to those of this machine. @default none */
  allowedHosts?: readonly string[];
  /** Origins of web pages that may call the server, such as `https://jobs.example.org`; `*` for all. @default none */
  allowedOrigins?: readonly string[];
  /** Check inputs against their task's schema. @default true */
  validateInputs?: boolean;
  /** Maximum number of concurrent listeners to events. @default 10000 */
  maxEventClients?: number;
  /** Measure the server, and publish the metrics. @default true */
  metrics?: boolean;
  /** How often an idle stream of events sends a comment, in ms. @default 15000 */
  heartbeatMs?: number;
}

/** Everything that the doors need. The composition root provides it. */
export interface ApiDependencies extends Omit<ServiceDependencies, "validateInputs" | "traces" | "resources"> {
  /** What the parts of this server use. */
  resources: ServerResources;
  /** Reads request bodies. */
  readJson: BodyReader;
  clock: Clock;
  logger: Logger;
  /** What the server measures, for /metrics. @default none */
  measurements?: Measurements;
  /** The traces of the server. @default new ones */
  traces?: Traces;
  /** Checks the parts that have to work for the server to be ready. Must not reject. */
  readiness: () => Promise<readonly ReadinessCheck[]>;
  settings?: ApiSettings;
  /** Who may call the server. @default everyone */
  accessControl?: AccessControl;
  /** Logs people in at an OpenID provider. @default none */
  oidcLogin?: OidcLogin | undefined;
}
