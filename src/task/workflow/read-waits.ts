import type { JsonValue } from "../../domain/json.ts";
import type { ApproveStep, SleepStep, WaitStep, WorkflowValue } from "../../domain/workflow.ts";
import { defined } from "../../lib/defined.ts";
import { kindOf, missing, readFields, readTextValue, readWaitTime } from "./fields.ts";
import type { Reading, StepStart } from "./reading.ts";
import { plainValue, readValue } from "./templates.ts";
import type { YamlEntry } from "./yaml-file.ts";

const ON_TIMEOUT = ["reject", "approve", "fail"] as const;

/** Reads a step that waits for a signal. */
export function readWait(start: StepStart, own: YamlEntry, reading: Reading): WaitStep | undefined {
  const fields = readFields(own.value, "wait", ["signal", "schema", "timeout"], reading);
  if (fields === undefined) return undefined;
  if (!fields.has("signal")) missing("signal", start.place, reading, "Name the signal.");
  const signal = readTextValue(fields.get("signal"), "signal", reading);
  const rest = defined({
    schema: readSchema(fields.get("schema"), reading),
    timeout: readWaitTime(fields.get("timeout"), "timeout", 1, reading),
  });
  return signal === undefined ? undefined : { ...start, kind: "wait", signal, ...rest };
}

/** Reads a step that waits for a time. */
export function readSleep(start: StepStart, own: YamlEntry, reading: Reading): SleepStep | undefined {
  if (own.value.type !== "map") {
    const duration = readWaitTime(own, "sleep", 0, reading);
    return duration === undefined ? undefined : { ...start, kind: "sleep", duration };
  }
  const fields = readFields(own.value, "sleep", ["until"], reading);
  const entry = fields?.get("until");
  if (entry === undefined) missing("until", start.place, reading, "Write a duration, or { until: DATE }.");
  const until = entry === undefined ? undefined : readDate(entry, reading);
  return until === undefined ? undefined : { ...start, kind: "sleep", until };
}

/** Dates of ISO 8601 with a zone. */
const DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;

function readDate(entry: YamlEntry, reading: Reading): WorkflowValue | undefined {
  const value = readValue(entry.value, reading);
  if (value.kind === "expression" || value.kind === "text") return value;
  const given = value.kind === "literal" ? value.value : undefined;
  if (typeof given === "number" && Number.isFinite(new Date(given).getTime())) return value;
  if (typeof given === "string" && DATE.test(given) && !Number.isNaN(Date.parse(given))) return value;
  const message = `until is ${kindOf(entry.value)}, and not a time with a zone.`;
  reading.findings.error(value.place, message, 'Write one such as "2030-01-31T08:00:00Z", or an expression.');
  return undefined;
}

/** Reads a step that waits for a decision. */
export function readApprove(start: StepStart, own: YamlEntry, reading: Reading): ApproveStep | undefined {
  const fields = readFields(own.value, "approve", ["title", "schema", "who", "timeout", "onTimeout"], reading);
  if (fields === undefined) return undefined;
  if (!fields.has("title")) missing("title", start.place, reading, "Say what is to be decided.");
  const title = readTextValue(fields.get("title"), "title", reading);
  const rest = defined({
    schema: readSchema(fields.get("schema"), reading),
    who: readWho(fields.get("who"), reading),
    timeout: readWaitTime(fields.get("timeout"), "timeout", 1, reading),
    onTimeout: readOnTimeout(fields.get("onTimeout"), reading),
  });
  return title === undefined ? undefined : { ...start, kind: "approve", title, ...rest };
}

function readSchema(entry: YamlEntry | undefined, reading: Reading): JsonValue | undefined {
  if (entry === undefined) return undefined;
  reading.schemas.push({ node: entry.value, findings: reading.findings });
  return plainValue(entry.value);
}

function readWho(entry: YamlEntry | undefined, reading: Reading): WorkflowValue | undefined {
  if (entry === undefined) return undefined;
  const value = readValue(entry.value, reading);
  const isText = (one: WorkflowValue) => one.kind !== "literal" || (typeof one.value === "string" && one.value !== "");
  if (value.kind === "expression" || (value.kind === "list" && value.items.every(isText))) return value;
  reading.findings.error(value.place, "who is not a list of roles and names.", "Write a list, such as [operator].");
  return undefined;
}

function readOnTimeout(entry: YamlEntry | undefined, reading: Reading): ApproveStep["onTimeout"] {
  if (entry === undefined) return undefined;
  const { value: node } = entry;
  const found = ON_TIMEOUT.find((one) => node.type === "scalar" && node.value === one);
  if (found === undefined) {
    const message = "onTimeout is not one of reject, approve and fail.";
    reading.findings.error(reading.source.placeAt(node.offset), message, "Write reject, approve or fail.");
  }
  return found;
}
