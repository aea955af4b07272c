import {
  type NamedPlace,
  type OnError,
  STEP_KINDS,
  type StepKind,
  WORKFLOW_LIMITS,
  type WorkflowPlace,
  type WorkflowStep,
  type WorkflowValue,
} from "../../domain/workflow.ts";
import { defined } from "../../lib/defined.ts";
import { type Fields, kindOf, readFields, readText } from "./fields.ts";
import { readTaskStep } from "./read-task-step.ts";
import { readApprove, readSleep, readWait } from "./read-waits.ts";
import type { Reading, StepStart } from "./reading.ts";
import { readValue } from "./templates.ts";
import type { YamlEntry, YamlNode } from "./yaml-file.ts";

/** The names of steps, and of what runs in parallel. */
export const STEP_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** What steps of all kinds may have. */
const COMMON = ["if", "after", "onError"] as const;
/** What steps of a kind may have in addition. */
const MEMBERS: Readonly<Record<StepKind, readonly string[]>> = {
  task: ["input", "version", "retry", "timeout", "forEach", "concurrency", "compensate"],
  workflow: ["input", "version", "retry", "timeout", "forEach", "concurrency", "compensate"],
  switch: ["cases", "default"],
  parallel: [],
  wait: [],
  sleep: [],
  approve: [],
  output: [],
};

/** Reads the members of a map as steps. @param around the path of the step around them @default none: they are top-level steps */
export function readSteps(node: YamlNode, what: string, reading: Reading, around?: string): WorkflowStep[] {
  const { findings, source } = reading;
  if (node.type !== "map" || node.entries.length === 0) {
    const is = node.type === "map" ? "has no steps" : `is ${kindOf(node)}, not a map of steps`;
    findings.error(source.placeAt(node.offset), `${what} ${is}.`, "Write a name and a step for each.");
    return [];
  }
  return node.entries.flatMap((entry) => {
    const path = around === undefined ? entry.name : `${around}.${entry.name}`;
    const within = { ...reading, findings: findings.of(path) };
    if (!STEP_NAME.test(entry.name)) {
      const message = "The name is not valid: a name has letters, digits and _, and begins with no digit.";
      within.findings.error(source.placeAt(entry.offset), message, "Rename the step.");
      return [];
    }
    return readStep(entry, path, within) ?? [];
  });
}

/** Reads a step. @returns undefined if it can't be understood; problems are reported in any case */
export function readStep(entry: YamlEntry, path: string, reading: Reading): WorkflowStep | undefined {
  const { findings, source, count } = reading;
  const place = source.placeAt(entry.offset);
  count.steps += 1;
  if (count.steps > WORKFLOW_LIMITS.steps) return undefined;
  const kind = kindOfStep(entry, place, reading);
  if (kind === undefined) return undefined;
  const fields = readFields(entry.value, "The step", [kind, ...MEMBERS[kind], ...COMMON], reading);
  if (fields === undefined) return undefined;
  const start: StepStart = {
    name: entry.name,
    path,
    place,
    after: readAfter(fields.get("after"), reading),
    onError: readOnError(fields.get("onError"), path, reading),
    ...defined({ if: readIf(fields.get("if"), reading) }),
  };
  const own = fields.get(kind);
  if (own === undefined) return undefined;
  switch (kind) {
    case "task":
    case "workflow":
      return readTaskStep(start, kind, fields, reading);
    case "switch":
      return readSwitch(start, own, fields, reading);
    case "parallel":
      return { ...start, kind, branches: readSteps(own.value, "parallel", { ...reading, findings }, path) };
    case "wait":
      return readWait(start, own, reading);
    case "sleep":
      return readSleep(start, own, reading);
    case "approve":
      return readApprove(start, own, reading);
    case "output":
      return { ...start, kind, value: readValue(own.value, reading) };
  }
}

function kindOfStep(entry: YamlEntry, place: WorkflowPlace, { findings, source }: Reading): StepKind | undefined {
  if (entry.value.type !== "map") {
    const isNothing = entry.value.type === "scalar" && entry.value.value === null;
    const at = isNothing ? place : source.placeAt(entry.value.offset);
    findings.error(
      at,
      `The step is ${kindOf(entry.value)}, not a map.`,
      `Write one of ${STEP_KINDS.join(", ")} in it.`,
    );
    return undefined;
  }
  const names = entry.value.entries.map(({ name }) => name);
  const [kind, ...others] = STEP_KINDS.filter((one) => names.includes(one));
  if (kind === undefined) {
    findings.error(place, "The step has no kind.", `Write one of ${STEP_KINDS.join(", ")} in it.`);
    return undefined;
  }
  if (others.length === 0) return kind;
  const message = `The step has several kinds: ${[kind, ...others].join(" and ")}.`;
  findings.error(place, message, "Keep one of them, and make a step of each other one.");
  return undefined;
}

function readIf(entry: YamlEntry | undefined, reading: Reading): WorkflowValue | undefined {
  if (entry === undefined) return undefined;
  const value = readValue(entry.value, reading);
  if (value.kind === "expression") return value;
  if (value.kind === "literal" && typeof value.value === "boolean") {
    if (value.value) return value;
    const remedy = "Remove the step, or write ${ false } to switch it off for a while.";
    reading.findings.error(value.place, "The step is unreachable: its `if` is always false.", remedy);
    return value;
  }
  const isTemplate = value.kind === "text";
  const message = `if is ${isTemplate ? "a text with expressions" : kindOf(entry.value)}, not one expression.`;
  reading.findings.error(value.place, message, "Write ${ ... } around all of it.");
  return undefined;
}

function readAfter(entry: YamlEntry | undefined, reading: Reading): NamedPlace[] {
  if (entry === undefined) return [];
  const items = entry.value.type === "list" ? entry.value.items : [entry.value];
  return items.flatMap((value) => readText({ ...entry, value }, "after", reading) ?? []);
}

function readOnError(entry: YamlEntry | undefined, path: string, reading: Reading): OnError {
  if (entry === undefined) return "fail";
  const { value: node } = entry;
  const place = reading.source.placeAt(node.offset);
  if (node.type === "scalar" && (node.value === "fail" || node.value === "continue")) return node.value;
  if (node.type !== "map") {
    const message = "onError is neither fail nor continue nor a step to go to.";
    reading.findings.error(place, message, "Write fail, continue or { goTo: STEP }.");
    return "fail";
  }
  const fields = readFields(node, "onError", ["goTo"], reading);
  const target = readText(fields?.get("goTo"), "goTo", reading);
  if (fields?.has("goTo") === false) reading.findings.error(place, "goTo is missing.", "Write { goTo: STEP }.");
  if (target === undefined) return "fail";
  if (!path.includes(".")) return { goTo: target.name, place: target.place };
  reading.findings.error(
    target.place,
    "A step inside another step cannot go to a step.",
    "Move onError to the step around it.",
  );
  return "fail";
}

function readSwitch(start: StepStart, own: YamlEntry, fields: Fields, reading: Reading): WorkflowStep {
  const { findings, source } = reading;
  const value = readValue(own.value, reading);
  const given = fields.get("cases");
  const otherwise = fields.get("default");
  if (given === undefined)
    findings.error(start.place, 'The member "cases" is missing.', "Write a step for each value.");
  if (given !== undefined && given.value.type !== "map") {
    findings.error(
      source.placeAt(given.value.offset),
      `cases is ${kindOf(given.value)}, not a map.`,
      "Write a step for each value.",
    );
  }
  const cases = given?.value.type === "map" ? given.value.entries : [];
  const inside = (entry: YamlEntry) => {
    const path = `${start.path}.${entry.name}`;
    return readStep(entry, path, { ...reading, findings: findings.of(path) });
  };
  return {
    ...start,
    kind: "switch",
    value,
    cases: cases.flatMap((entry) => {
      const step = inside(entry);
      return step === undefined ? [] : [{ key: entry.name, place: source.placeAt(entry.offset), step }];
    }),
    ...defined({ default: otherwise === undefined ? undefined : inside(otherwise) }),
  };
}
