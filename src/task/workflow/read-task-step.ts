import { DURABLE_LIMITS } from "../../domain/durable.ts";
import type { RetryPolicy } from "../../domain/retry-policy.ts";
import type { TaskCall, TaskStep, WorkflowPlace, WorkflowValue } from "../../domain/workflow.ts";
import { defined } from "../../lib/defined.ts";
import { isObject } from "../../lib/is-object.ts";
import type { JsonFinding } from "../json-file.ts";
import { checkLabel, checkVersion } from "../metadata.ts";
import { readRetry } from "../task-retry.ts";
import { type Fields, kindOf, missing, readFields, readText, readWaitTime } from "./fields.ts";
import type { Reading, StepStart } from "./reading.ts";
import { plainValue, readValue } from "./templates.ts";
import type { YamlEntry } from "./yaml-file.ts";

const CALL_MEMBERS = ["task", "input", "version", "retry", "timeout"] as const;

/** Reads a step that runs a task or a workflow. */
export function readTaskStep(
  start: StepStart,
  kind: TaskStep["kind"],
  fields: Fields,
  reading: Reading,
): TaskStep | undefined {
  const call = readCall(kind, fields, reading);
  const step = defined({
    forEach: readForEach(fields.get("forEach"), reading),
    concurrency: readConcurrency(fields, start.place, reading),
    compensate: readCompensation(fields.get("compensate"), reading),
  });
  return call === undefined ? undefined : { ...start, ...call, ...step, kind };
}

function readCall(kind: string, fields: Fields, reading: Reading): TaskCall | undefined {
  const task = readText(fields.get(kind), kind, reading);
  const wrong = task === undefined ? undefined : checkLabel(task.name);
  if (task !== undefined && wrong !== undefined)
    reading.findings.error(task.place, `The label ${wrong.message}.`, wrong.remedy);
  const input = fields.get("input");
  const rest = defined({
    input: input === undefined ? undefined : readValue(input.value, reading),
    version: readVersion(fields.get("version"), reading),
    retry: readRetries(fields.get("retry"), reading),
    timeout: readWaitTime(fields.get("timeout"), "timeout", 1, reading),
  });
  return task === undefined ? undefined : { task, ...rest };
}

function readVersion(entry: YamlEntry | undefined, reading: Reading): string | undefined {
  if (entry === undefined) return undefined;
  const { value: node } = entry;
  const text = node.type === "scalar" ? String(node.value) : "";
  const wrong = checkVersion(text);
  if (wrong === undefined) return text;
  const given = node.type === "scalar" ? JSON.stringify(node.value) : kindOf(node);
  reading.findings.error(
    reading.source.placeAt(node.offset),
    `version is ${given}, but ${wrong.message.replace("is", "that is")}.`,
    wrong.remedy,
  );
  return undefined;
}

function readRetries(entry: YamlEntry | undefined, reading: Reading): RetryPolicy | undefined {
  if (entry === undefined) return undefined;
  const { findings, source } = reading;
  const value = plainValue(entry.value);
  if (!isObject(value) || entry.value.type !== "map") {
    const remedy = "Write { maxRetries: 3, delay: 1s }.";
    findings.error(source.placeAt(entry.value.offset), `retry is ${kindOf(entry.value)}, not a map.`, remedy);
    return undefined;
  }
  const found: JsonFinding[] = [];
  const policy = readRetry(value, found);
  for (const { pointer, atName, message, remedy } of found) {
    const member = entry.value.entries.find(({ name }) => pointer === `/retry/${name}`);
    const offset = member === undefined ? entry.offset : atName ? member.offset : member.value.offset;
    findings.error(source.placeAt(offset), message.replace("; it has no effect", ""), remedy);
  }
  return found.length === 0 ? policy : undefined;
}

function readForEach(entry: YamlEntry | undefined, reading: Reading): WorkflowValue | undefined {
  if (entry === undefined) return undefined;
  const value = readValue(entry.value, reading);
  if (value.kind === "expression" || value.kind === "list") return value;
  const message = `forEach is ${value.kind === "text" ? "a text with expressions" : kindOf(entry.value)}, not a list.`;
  reading.findings.error(value.place, message, "Write a list, or one expression that yields one.");
  return undefined;
}

function readConcurrency(fields: Fields, place: WorkflowPlace, reading: Reading): WorkflowValue | undefined {
  const entry = fields.get("concurrency");
  if (entry === undefined) return undefined;
  if (!fields.has("forEach")) missing("forEach", place, reading, "Remove concurrency, or add forEach.");
  const value = readValue(entry.value, reading);
  if (value.kind === "expression") return value;
  const number = value.kind === "literal" ? value.value : undefined;
  if (typeof number === "number" && Number.isInteger(number) && number >= 1 && number <= DURABLE_LIMITS.fanOut)
    return value;
  const message = `concurrency is not a number from 1 to ${DURABLE_LIMITS.fanOut}.`;
  reading.findings.error(value.place, message, "Write how many items may run at the same time.");
  return undefined;
}

function readCompensation(entry: YamlEntry | undefined, reading: Reading): TaskStep["compensate"] | undefined {
  if (entry === undefined) return undefined;
  const place = reading.source.placeAt(entry.offset);
  const fields = readFields(entry.value, "compensate", CALL_MEMBERS, reading);
  if (fields === undefined) return undefined;
  if (!fields.has("task")) missing("task", place, reading, "Name the task that undoes the step.");
  const call = readCall("task", fields, reading);
  return call === undefined ? undefined : { ...call, place };
}
