import type { BodyReader } from "../checking/body-reader.ts";
import type { Clock } from "../lib/clock.ts";
import type { ServiceDependencies } from "../service/dependencies.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Measurements } from "../telemetry/measurements.ts";

/** One thing that has to work for the server to be ready. */
export interface ReadinessCheck {
  name: string;
  ok: boolean;
  /** Why not, for people. */
  message?: string;
}

/** Settings used by the API layer. */
export interface ApiSettings {
  /** Largest request body, bytes. @default 64 MB */
  maxBodyBytes?: number;
  /** How long a client may take to send a body, ms. @default 60000 */
  bodyTimeoutMs?: number;
  /** A connection on which nothing moves is closed after this, ms; streams and executions are exempt. @default 30000 */
  idleTimeoutMs?: number;
  /** Host names by which the server may be called, beside those of this machine. @default none */
  allowedHosts?: readonly string[];
  /** Origins of web pages that may call the server, such as `https://jobs.example.org`. @default none */
  allowedOrigins?: readonly string[];
  /** Inputs are checked against their task's schema. @default true */
  validateInputs?: boolean;
  /** Listeners to events at once. @default 10000 */
  maxEventClients?: number;
  /** How often a quiet stream of events sends a comment, ms. @default 15000 */
  heartbeatMs?: number;
}

/** Everything that the doors are made of; the composition root provides it. */
export interface ApiDependencies extends Omit<ServiceDependencies, "validateInputs"> {
  /** Reads request bodies. */
  readJson: BodyReader;
  clock: Clock;
  logger: Logger;
  /** What is counted for /metrics beside what can be read there. @default nothing */
  measurements?: Measurements;
  /** What has to work for the server to be ready; must not reject. */
  readiness: () => Promise<readonly ReadinessCheck[]>;
  settings?: ApiSettings;
}
