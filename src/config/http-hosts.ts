import type { HttpRate } from "../domain/http-conduct.ts";
import { HIGHEST_HTTP_RETRIES } from "../domain/http-conduct.ts";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import { isObject } from "../lib/is-object.ts";
import { nearest } from "../lib/nearest.ts";
import {
  type ConfigValue,
  formatValue,
  readScalar,
  type StructureProblem,
  type StructureReading,
  type ValueForm,
} from "./value-form.ts";

/** The members of a host's settings: forms, and sections of forms. The keys `http.*` with these names have the same forms. */
export const HOST_FORMS = {
  timeout: { type: "duration" },
  connect_timeout: { type: "duration" },
  first_byte_timeout: { type: "duration" },
  max_response_size: { type: "size" },
  retry: {
    max_retries: { type: "integer", min: 0, max: HIGHEST_HTTP_RETRIES },
    delay: { type: "duration", min: 0 },
    max_delay: { type: "duration", min: 0 },
    budget: { type: "integer", min: 0, max: 100 },
  },
  breaker: {
    enabled: { type: "boolean" },
    failure_rate: { type: "integer", min: 1, max: 100 },
    min_calls: { type: "integer", min: 1, max: 1_000_000 },
    window: { type: "duration", min: 1_000 },
    open_for: { type: "duration" },
  },
  rate_limit: {
    count: { type: "integer", min: 1, max: 100_000 },
    period: { type: "duration" },
  },
} as const satisfies Record<string, ValueForm | Record<string, ValueForm>>;

/** The settings of one host, by the names of files: ms, bytes, numbers and sections of them. */
export type ConfiguredHost = Readonly<Record<string, number | boolean | Readonly<Record<string, number | boolean>>>>;

/** `http.hosts`, by `host:port` or `host` in lower case. */
export type ConfiguredHosts = Readonly<Record<string, ConfiguredHost>>;

const SECTIONS: Readonly<Record<string, ValueForm | Readonly<Record<string, ValueForm>>>> = HOST_FORMS;

/** A host as in a URL, with an optional port. */
const HOST = /^(?:[a-z\d_-]+(?:\.[a-z\d_-]+)*|\[[\da-f:.]+\])(?::\d{1,5})?$/;

/** Reads `http.hosts`. */
export function readHosts(value: unknown): StructureReading<ConfiguredHosts> {
  const problems: StructureProblem[] = [];
  if (!isObject(value)) return { problems: [notSection([], "host:port")] };
  const hosts: Record<string, ConfiguredHost> = {};
  for (const [name, settings] of Object.entries(value)) {
    // A name may end with the root's dot (RFC 1034, section 3.1).
    const host = name.toLowerCase().replace(/\.(:\d+)?$/, "$1");
    if (!HOST.test(host)) {
      const remedy = 'Write it as in a URL, with or without a port, such as "api.example.com:443".';
      problems.push({ path: [name], message: `"${name.slice(0, 100)}" is not a host`, remedy });
    }
    hosts[host] = readSection(settings, SECTIONS, [name], problems) as ConfiguredHost;
  }
  return problems.length > 0 ? { problems } : { value: hosts };
}

/**
 * Leaves out what the user's own file sets for all hosts, so that the settings of a single host in `./ratchet.yaml` can't
 * change it. The user's own settings of single hosts replace those of `./ratchet.yaml`.
 */
export function hostsInProject(
  value: ConfigValue,
  before: ConfigValue | undefined,
  isOwn: (key: string) => boolean,
): ConfigValue {
  if (before !== undefined) return before;
  const hosts = Object.entries(value as ConfiguredHosts);
  return Object.fromEntries(hosts.map(([host, settings]) => [host, withoutOwn(settings, "http", isOwn)]));
}

function withoutOwn(section: object, place: string, isOwn: (key: string) => boolean): ConfiguredHost {
  const kept = Object.entries(section).filter(([name]) => !isOwn(`${place}.${name}`));
  return Object.fromEntries(
    kept.map(([name, value]) => [name, isObject(value) ? withoutOwn(value, `${place}.${name}`, isOwn) : value]),
  ) as ConfiguredHost;
}

/** Reads `http.rate_limit`. */
export function readRateLimit(value: unknown): StructureReading<HttpRate> {
  const problems: StructureProblem[] = [];
  const { count, period } = readSection(value, HOST_FORMS.rate_limit, [], problems);
  if (problems.length > 0) return { problems };
  return { value: { count: Number(count), periodMs: Number(period) } };
}

/** Converts a rate to the form that files contain. */
export function writeRateLimit(rate: object): JsonValue {
  const { count, periodMs } = rate as HttpRate;
  return { count, period: formatValue({ type: "duration" }, periodMs) };
}

/** Converts the settings of hosts to the form that files contain. */
export function writeHosts(hosts: object): JsonValue {
  const written = Object.entries(hosts as ConfiguredHosts).map(([name, host]) => [name, writeSection(host, SECTIONS)]);
  return Object.fromEntries(written) as JsonObject;
}

type Forms = Readonly<Record<string, ValueForm | Readonly<Record<string, ValueForm>>>>;

function readSection(
  value: unknown,
  forms: Forms,
  path: readonly (string | number)[],
  problems: StructureProblem[],
): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  if (!isObject(value)) {
    problems.push(notSection(path, Object.keys(forms).join(", ")));
    return read;
  }
  for (const [name, given] of Object.entries(value)) {
    const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
    const place = [...path, name];
    if (form === undefined) {
      const near = nearest(name, Object.keys(forms));
      const remedy = near === undefined ? `Use ${Object.keys(forms).join(", ")}.` : `Did you mean "${near}"?`;
      problems.push({ path: place, message: `unknown key "${name}"`, remedy });
    } else if (!isForm(form)) {
      read[name] = readSection(given, form, place, problems);
    } else {
      const reading = readScalar(form, given);
      if ("value" in reading) read[name] = reading.value;
      else problems.push({ path: place, message: `${name}: ${reading.problem}`, remedy: reading.remedy });
    }
  }
  // Half of a rate means nothing.
  for (const name of forms === HOST_FORMS.rate_limit ? Object.keys(forms) : []) {
    if (!Object.hasOwn(value, name)) {
      problems.push({ path: [...path], message: `${name} is missing`, remedy: "Write count and period." });
    }
  }
  return read;
}

function writeSection(section: Readonly<Record<string, unknown>>, forms: Forms): JsonObject {
  const written = Object.entries(section).map(([name, value]) => {
    const form = forms[name];
    if (form === undefined || isObject(value))
      return [name, writeSection(value as object as typeof section, form as Forms)];
    return [
      name,
      typeof value === "number" && isForm(form) && form.type !== "integer" ? formatValue(form, value) : value,
    ];
  });
  return Object.fromEntries(written) as JsonObject;
}

function isForm(form: ValueForm | Readonly<Record<string, ValueForm>>): form is ValueForm {
  return typeof form.type === "string";
}

function notSection(path: readonly (string | number)[], members: string): StructureProblem {
  return { path: [...path], message: "is not a section", remedy: `Write \`key: value\` lines below it: ${members}.` };
}

const DURATION_SCHEMA: JsonObject = { type: "string", description: "A duration, such as 300ms, 5s or 1m30s." };

/** JSON Schema of `http.rate_limit`. */
export const RATE_LIMIT_SCHEMA: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["count", "period"],
  properties: {
    count: { type: "integer", minimum: 1, maximum: 100_000, description: "Requests in each period." },
    period: DURATION_SCHEMA,
  },
};

/** JSON Schema of `http.hosts`. */
export const HOSTS_SCHEMA: JsonObject = {
  type: "object",
  additionalProperties: {
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(SECTIONS).map(([name, form]) => [name, schemaOf(name, form)])),
  },
};

function schemaOf(name: string, form: ValueForm | Readonly<Record<string, ValueForm>>): JsonObject {
  if (name === "rate_limit") return RATE_LIMIT_SCHEMA;
  if (!isForm(form)) {
    const properties = Object.fromEntries(
      Object.entries(form).map(([member, inner]) => [member, schemaOf(member, inner)]),
    );
    return { type: "object", additionalProperties: false, properties };
  }
  if (form.type === "integer") return { type: "integer", minimum: form.min ?? 0, maximum: form.max ?? 1_000_000 };
  return form.type === "boolean" ? { type: "boolean" } : { type: "string" };
}
