import { ENGINE_NAMES } from "../domain/engines.ts";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { TaskMetadata } from "../domain/task.ts";
import { isTimeZone } from "../domain/time-zone.ts";
import { defined } from "../lib/defined.ts";
import { isObject } from "../lib/is-object.ts";
import { nearest } from "../lib/nearest.ts";
import { type JsonFinding, pointerStep } from "./json-file.ts";
import { readDependencies } from "./task-dependencies.ts";
import { readHttp } from "./task-http.ts";
import { readLimits } from "./task-limits.ts";
import { readPermissions } from "./task-permissions.ts";
import { readRetry } from "./task-retry.ts";

/** Maximum length of a label, in characters. */
export const MAX_LABEL_LENGTH = 100;

/** RFC 9562, any version. */
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
/** Semantic Versioning 2.0.0: the expression that semver.org recommends. */
const SEMVER =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*)?(?:\+[\da-zA-Z-]+(?:\.[\da-zA-Z-]+)*)?$/;

/** What is wrong and how to fix it; `undefined` for a valid value. */
type Wrong = { message: string; remedy: string } | undefined;

/** Type of one field, and a check of its value. */
type Field =
  | { kind: "any" }
  | { kind: "object" }
  | { kind: "boolean" }
  | { kind: "string"; check: (value: string) => Wrong };

const REQUIRED = ["uuid", "version", "label", "description"] as const;

const FIELDS: Readonly<Record<string, Field>> = {
  $schema: { kind: "string", check: () => undefined },
  uuid: { kind: "string", check: checkUuid },
  version: { kind: "string", check: checkVersion },
  label: { kind: "string", check: checkLabel },
  description: { kind: "string", check: () => undefined },
  engine: { kind: "string", check: checkEngine },
  limits: { kind: "object" },
  throwHttpErrors: { kind: "boolean" },
  stream: { kind: "boolean" },
  timezone: { kind: "string", check: checkTimeZone },
  permissions: { kind: "object" },
  dependencies: { kind: "any" },
  retry: { kind: "object" },
  http: { kind: "object" },
};

function checkUuid(uuid: string): Wrong {
  if (UUID.test(uuid)) return undefined;
  return { message: "is not a UUID", remedy: `Write one, such as "${crypto.randomUUID()}".` };
}

/** Checks a version, for metadata.json and for `generate`. */
export function checkVersion(version: string): Wrong {
  if (version.length <= 256 && SEMVER.test(version)) return undefined;
  return { message: "is not a semantic version", remedy: 'Write three numbers, such as "1.0.0" (semver.org).' };
}

function checkEngine(engine: string): Wrong {
  const names: readonly string[] = ENGINE_NAMES;
  if (names.includes(engine)) return undefined;
  return {
    message: `is ${JSON.stringify(engine)}, but there is no such engine`,
    remedy: `Write one of: ${names.join(", ")}.`,
  };
}

function checkTimeZone(name: string): Wrong {
  if (isTimeZone(name)) return undefined;
  return {
    message: `is ${JSON.stringify(name)}, which is not the name of a time zone`,
    remedy: 'Write a name of the IANA database, such as "Europe/Berlin".',
  };
}

/**
 * Checks a label, for metadata.json and for `generate`. Any single line is allowed that does not start or end with a
 * space, which would be invisible on a command line.
 */
export function checkLabel(label: string): Wrong {
  if (label === "") return { message: "is empty", remedy: 'Write a short name, such as "addition".' };
  if ([...label].length > MAX_LABEL_LENGTH) {
    return { message: `is longer than ${MAX_LABEL_LENGTH} characters`, remedy: "Write a short name." };
  }
  if (/\p{Cc}/u.test(label)) return { message: "has control characters", remedy: "Remove them." };
  if (label.trim() !== label) return { message: "starts or ends with a space", remedy: "Remove the space." };
  return undefined;
}

/**
 * Checks the content of metadata.json by hand: it is read on every start, and the general validator would take longer
 * than everything else. A test ensures that this function and docs/schemas/task-metadata.schema.json agree.
 * @returns all findings, including warnings, and the metadata unless one of them is an error
 */
export function checkMetadata(value: JsonValue): { metadata?: TaskMetadata; findings: JsonFinding[] } {
  const findings: JsonFinding[] = [];
  if (!isObject(value)) {
    const message = "The file does not contain a JSON object.";
    return { findings: [{ severity: "error", pointer: "", message, remedy: "Write an object with uuid and label." }] };
  }
  for (const name of REQUIRED) {
    if (Object.hasOwn(value, name)) continue;
    findings.push({
      severity: "error",
      pointer: "",
      message: `The field ${JSON.stringify(name)} is missing.`,
      remedy: name === "uuid" ? `Add "uuid": "${crypto.randomUUID()}".` : `Add ${JSON.stringify(name)}.`,
    });
  }
  for (const [name, field] of Object.entries(value)) findings.push(...checkField(name, field, findings));
  const { limits, permissions, dependencies, retry, http } = value;
  const sections = defined({
    limits: isObject(limits) ? readLimits(limits, findings) : undefined,
    permissions: isObject(permissions) ? readPermissions(permissions, findings) : undefined,
    dependencies: dependencies === undefined ? undefined : readDependencies(dependencies, findings),
    retry: isObject(retry) ? readRetry(retry, findings) : undefined,
    http: isObject(http) ? readHttp(http, findings) : undefined,
  });
  if (findings.some(({ severity }) => severity === "error")) return { findings };
  return { metadata: toMetadata(value, sections), findings };
}

/** Number of findings after which no more names are compared: a stranger's file may have any number of fields. */
const MAX_COMPARED = 100;

function checkField(name: string, value: JsonValue, before: readonly JsonFinding[]): JsonFinding[] {
  const pointer = pointerStep(name);
  const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  if (field === undefined) {
    const near = before.length < MAX_COMPARED ? nearest(name, Object.keys(FIELDS)) : undefined;
    const message = `Unknown field ${JSON.stringify(name)}; it has no effect.`;
    const remedy = near === undefined ? "Remove it." : `Write ${JSON.stringify(near)}.`;
    return [{ severity: "warning", pointer, atName: true, message, remedy }];
  }
  const wrong = checkForm(field, value);
  if (wrong === undefined) return [];
  const message = `The field ${JSON.stringify(name)} ${wrong.message}.`;
  return [{ severity: "error", pointer, message, remedy: wrong.remedy }];
}

function toMetadata(
  value: JsonObject,
  sections: Pick<TaskMetadata, "limits" | "permissions" | "dependencies" | "retry" | "http">,
): TaskMetadata {
  const { uuid, version, label, description, engine, throwHttpErrors, stream, timezone } = value;
  return {
    // The case of a UUID does not matter (RFC 9562, section 4); lower case makes them comparable.
    uuid: String(uuid).toLowerCase(),
    version: String(version),
    label: String(label),
    description: String(description),
    ...defined({
      engine: typeof engine === "string" ? engine : undefined,
      throwHttpErrors: typeof throwHttpErrors === "boolean" ? throwHttpErrors : undefined,
      stream: typeof stream === "boolean" ? stream : undefined,
      timezone: typeof timezone === "string" ? timezone : undefined,
    }),
    ...sections,
  };
}

function checkForm(field: Field, value: JsonValue): Wrong {
  if (field.kind === "any") return undefined;
  if (field.kind === "object") {
    if (isObject(value)) return undefined;
    return { message: `is ${kindOf(value)}, not an object`, remedy: "Write an object in braces." };
  }
  if (field.kind === "boolean") {
    if (typeof value === "boolean") return undefined;
    return { message: `is ${kindOf(value)}, neither true nor false`, remedy: "Write true or false." };
  }
  if (typeof value !== "string") return { message: `is ${kindOf(value)}, not a string`, remedy: "Put it in quotes." };
  if (value.isWellFormed()) return field.check(value);
  return { message: "has an unpaired surrogate", remedy: "Write the whole character." };
}

function kindOf(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return `a ${typeof value}`;
}
