import { RatchetError } from "../domain/errors.ts";
import type { TraceExportSettings } from "../domain/trace-export.ts";
import { buildInfo } from "../lib/build-info.ts";
import type { Environment } from "./environment.ts";
import type { ConfigValues } from "./keys.ts";

const DEFAULT_DELAY_MS = 5_000;
const DEFAULT_TIMEOUT_MS = 10_000;
const PATH = "/v1/traces";

/**
 * Returns where traces are sent: what the configuration says, or else the standard variables (OpenTelemetry, "OTLP Exporter
 * Configuration"). undefined if none of them does, and nothing is sent.
 * @throws {RatchetError} CONFIG_INVALID
 */
export function traceExport(config: ConfigValues, env: Environment): TraceExportSettings | undefined {
  const url = endpoint(config, env);
  if (url === undefined) return undefined;
  return {
    url,
    headers: {
      ...headersOf(env, "OTEL_EXPORTER_OTLP_HEADERS"),
      ...headersOf(env, "OTEL_EXPORTER_OTLP_TRACES_HEADERS"),
    },
    protocol: protocol(env),
    serviceName: setting(env, "OTEL_SERVICE_NAME") ?? "ratchet",
    serviceVersion: buildInfo().version,
    delayMs: milliseconds(env, ["OTEL_BSP_SCHEDULE_DELAY"]) ?? DEFAULT_DELAY_MS,
    timeoutMs:
      milliseconds(env, ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"]) ?? DEFAULT_TIMEOUT_MS,
  };
}

/** An empty variable counts as unset. */
function setting(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === "" ? undefined : value;
}

function endpoint(config: ConfigValues, env: Environment): string | undefined {
  const own = config["telemetry.traces.endpoint"];
  if (own !== undefined) return new URL(own).pathname === "/" ? withPath(own) : own;
  if (setting(env, "OTEL_SDK_DISABLED")?.toLowerCase() === "true") return undefined;
  if (setting(env, "OTEL_TRACES_EXPORTER") === "none") return undefined;
  const traces = urlOf(env, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  if (traces !== undefined) return traces;
  const base = urlOf(env, "OTEL_EXPORTER_OTLP_ENDPOINT");
  return base === undefined ? undefined : withPath(base);
}

function withPath(base: string): string {
  const url = new URL(base);
  url.pathname = url.pathname.replace(/\/$/, "") + PATH;
  return url.href;
}

function urlOf(env: Environment, name: string): string | undefined {
  const value = setting(env, name);
  if (value === undefined) return undefined;
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value;
  throw invalid(name, "is not an http: or https: URL", "Write a URL such as http://127.0.0.1:4318.");
}

function protocol(env: Environment): TraceExportSettings["protocol"] {
  for (const name of ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"]) {
    const value = setting(env, name);
    if (value === "http/protobuf" || value === "http/json") return value;
    if (value !== undefined) {
      throw invalid(
        name,
        `is "${value}"`,
        "Use http/protobuf or http/json, and a collector that listens for OTLP over HTTP.",
      );
    }
  }
  return "http/protobuf";
}

/** Reads headers: `name=value` pairs with commas between them, whose values are percent-encoded. */
function headersOf(env: Environment, variable: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const pair of (setting(env, variable) ?? "").split(",")) {
    const at = pair.indexOf("=");
    if (pair.trim() === "") continue;
    const name = pair.slice(0, Math.max(0, at)).trim();
    const value = decoded(pair.slice(at + 1).trim());
    if (at < 1 || !/^[\w!#$%&'*+.^`|~-]+$/.test(name) || value === undefined) {
      throw invalid(
        variable,
        "has a malformed pair",
        "Write name=value pairs with commas between them, the values percent-encoded.",
      );
    }
    headers[name] = value;
  }
  return headers;
}

function decoded(text: string): string | undefined {
  try {
    const value = decodeURIComponent(text);
    return /^[\t\x20-\x7e\x80-\xff]*$/.test(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function milliseconds(env: Environment, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = setting(env, name);
    if (value === undefined) continue;
    if (/^\d{1,9}$/.test(value)) return Number(value);
    throw invalid(name, `is "${value}"`, "Write a number of milliseconds, such as 5000.");
  }
  return undefined;
}

function invalid(name: string, problem: string, remedy: string): RatchetError {
  return new RatchetError("CONFIG_INVALID", `The variable ${name} ${problem}.`, { remedy });
}
