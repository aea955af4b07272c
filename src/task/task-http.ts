import type { ValueForm } from "../config/value-form.ts";
import { HIGHEST_HTTP_RETRIES, type HttpConduct, type HttpRate, type HttpRetry } from "../domain/http-conduct.ts";
import type { JsonObject, JsonValue } from "../domain/json.ts";
import { isObject } from "../lib/is-object.ts";
import { type JsonFinding, pointerStep } from "./json-file.ts";
import { readNumber, unknownMember } from "./metadata-value.ts";

/** Members that are numbers, by name: their form, and the member of the result that they set. */
type NumberFields<T> = Readonly<Record<string, { form: ValueForm; to: keyof T & string }>>;

const DURATION: ValueForm = { type: "duration" };
const DELAY: ValueForm = { type: "duration", min: 0 };

/** The members of `http` that are numbers. Keep docs/schemas/task-metadata.schema.json in step. */
const CONDUCT_FIELDS: NumberFields<HttpConduct> = {
  timeout: { form: DURATION, to: "timeoutMs" },
  connectTimeout: { form: DURATION, to: "connectTimeoutMs" },
  firstByteTimeout: { form: DURATION, to: "firstByteTimeoutMs" },
  maxResponseSize: { form: { type: "size", min: 0, max: 1024 * 1024 * 1024 }, to: "maxResponseBytes" },
};

const RETRY_FIELDS: NumberFields<HttpRetry> = {
  maxRetries: { form: { type: "integer", min: 0, max: HIGHEST_HTTP_RETRIES }, to: "maxRetries" },
  delay: { form: DELAY, to: "delayMs" },
  maxDelay: { form: DELAY, to: "maxDelayMs" },
};

const RATE_FIELDS: NumberFields<HttpRate> = {
  count: { form: { type: "integer", min: 1, max: 100_000 }, to: "count" },
  period: { form: DURATION, to: "periodMs" },
};

/** Reads `http` of metadata.json and adds problems to `findings`. */
export function readHttp(value: JsonObject, findings: JsonFinding[]): HttpConduct {
  const { retry, rateLimit, breaker, ...numbers } = value;
  const place = { section: "http", more: ["retry", "rateLimit", "breaker"], findings };
  const conduct: HttpConduct = readNumbers<HttpConduct>(numbers, CONDUCT_FIELDS, place);
  if (retry === false) conduct.retry = { maxRetries: 0 };
  else if (isObject(retry)) {
    conduct.retry = readNumbers<HttpRetry>(retry, RETRY_FIELDS, { section: "http/retry", more: [], findings });
  } else if (retry !== undefined) {
    report(findings, "retry", "neither an object nor false", 'Write an object such as {"maxRetries": 3}, or false.');
  }
  if (rateLimit !== undefined) conduct.rateLimit = readRate(rateLimit, findings);
  if (breaker === false) conduct.breaker = false;
  else if (breaker !== undefined && breaker !== true) {
    report(findings, "breaker", "neither true nor false", "Write true or false.");
  }
  return conduct;
}

function readRate(value: JsonValue, findings: JsonFinding[]): HttpRate {
  const remedy = 'Write an object such as {"count": 10, "period": "1s"}.';
  const rate: HttpRate = { count: 1, periodMs: 1_000 };
  if (!isObject(value)) {
    report(findings, "rateLimit", "not an object", remedy);
    return rate;
  }
  const missing = Object.keys(RATE_FIELDS).find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) report(findings, "rateLimit", `${missing} is missing`, remedy);
  return { ...rate, ...readNumbers<HttpRate>(value, RATE_FIELDS, { section: "http/rateLimit", more: [], findings }) };
}

/** Where numbers are read from. */
interface NumbersPlace {
  /** Pointer to the object, without its first slash. */
  section: string;
  /** Members that are read elsewhere. */
  more: readonly string[];
  findings: JsonFinding[];
}

function readNumbers<T extends object>(
  value: JsonObject,
  fields: NumberFields<T>,
  { section, more, findings }: NumbersPlace,
): Partial<T> {
  const read: Record<string, number> = {};
  for (const [name, given] of Object.entries(value)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) {
      const what = `member of ${section.replace("/", ".")}`;
      findings.push(
        unknownMember({ severity: "warning", section, what, name, known: [...Object.keys(fields), ...more] }),
      );
      continue;
    }
    const reading = readNumber(field.form, given);
    if ("problem" in reading) {
      const where = `${section.replace("/", ".")}.${name}`;
      const message = `${where}: ${reading.problem}.`;
      findings.push({ severity: "error", pointer: `/${section}${pointerStep(name)}`, message, remedy: reading.remedy });
    } else read[field.to] = reading.value;
  }
  return read as Partial<T>;
}

function report(findings: JsonFinding[], member: string, problem: string, remedy: string): void {
  const message = `http.${member}: ${problem}.`;
  findings.push({ severity: "error", pointer: `/http/${member}`, message, remedy });
}
