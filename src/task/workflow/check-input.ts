import type { JsonValue } from "../../domain/json.ts";
import type { SchemaValidator } from "../../domain/task.ts";
import type { WorkflowPlace, WorkflowValue } from "../../domain/workflow.ts";
import { nearest } from "../../lib/nearest.ts";
import { fingerprint } from "../schema/same-value.ts";
import type { Findings } from "./findings.ts";
import { type KnownValue, memberNames, memberOf, requiredOf, typesOf, valuesOf } from "./known-values.ts";
import { knownOf, type ValuePlace } from "./step-outputs.ts";
import { literalOf } from "./templates.ts";

/** What a task accepts as its input, or what a workflow promises as its output. */
export interface Accepted {
  /** How the task is called; undefined for the output of the workflow itself. */
  task: string | undefined;
  known: KnownValue;
  validator: SchemaValidator;
}

/** What is checked, and where problems go. */
interface InputCheck {
  accepted: Accepted;
  /** Where something is reported that is missing. */
  owner: WorkflowPlace;
  place: ValuePlace;
  findings: Findings;
}

/** Checks what is known of a value against a schema. @param value undefined if it is left out */
export function checkInput(value: WorkflowValue | undefined, check: InputCheck): void {
  const { accepted, owner } = check;
  const literal = value === undefined ? {} : literalOf(value);
  if (literal === undefined) {
    if (value !== undefined) compare(value, accepted.known, check, "");
    return;
  }
  for (const { pointer, message } of accepted.validator(literal)) {
    const at = value === undefined || /^must have the member/.test(message) ? owner : placeAt(value, pointer);
    report(check, at, pointer, message);
  }
}

function report({ accepted, findings }: InputCheck, place: WorkflowPlace, pointer: string, message: string): void {
  const { task } = accepted;
  const side = task === undefined ? "output" : "input";
  const what = pointer === "" ? `the ${side}` : `${pointer.slice(1).replaceAll("/", ".")} of the ${side}`;
  if (task === undefined) {
    findings.error(
      place,
      `output.schema.json does not accept ${what}: it ${message}.`,
      "Change the output, or the schema.",
    );
    return;
  }
  const remedy = `Change the input, or the input schema of ${task}.`;
  findings.error(place, `${task} does not accept ${what}: it ${message}.`, remedy);
}

/** Compares a value that has expressions: only what holds whatever they yield is reported. */
function compare(value: WorkflowValue, target: KnownValue, check: InputCheck, pointer: string): void {
  const types = typesOf(target);
  const known = knownOf(value, check.place);
  const given = known === undefined ? undefined : typesOf(known);
  if (given !== undefined && ![...given].some((type) => types.has(type))) {
    const is = [...given].map(named).join(" or ");
    report(check, value.place, pointer, `must be ${[...types].map(named).join(" or ") || "left out"}, and is ${is}`);
    return;
  }
  const [allowed, possible] = [valuesOf(target), known && valuesOf(known)];
  if (
    allowed !== undefined &&
    possible !== undefined &&
    !possible.some((one) => allowed.some((other) => fingerprint(one) === fingerprint(other)))
  ) {
    report(check, value.place, pointer, `must be one of ${shown(allowed)}, and is ${shown(possible)}`);
    return;
  }
  if (value.kind !== "map" || !types.has("object")) return;
  const names = new Set(value.members.map(([name]) => name));
  for (const name of requiredOf(target)) {
    if (!names.has(name)) report(check, check.owner, pointer, `must have the member ${JSON.stringify(name)}`);
  }
  for (const [name, member] of value.members) {
    const inside = memberOf(target, name);
    if (inside === "absent") {
      const near = nearest(name, memberNames(target));
      const hint = near === undefined ? "" : `; did you mean ${JSON.stringify(near)}?`;
      report(
        check,
        member.place,
        pointer,
        `must not have the member ${JSON.stringify(name)}${hint}`.replace(/\?$/, ""),
      );
    } else if (inside !== undefined) compare(member, inside, check, `${pointer}/${name}`);
  }
}

/** Returns the place of the value at a JSON pointer, or of the innermost one around it. */
function placeAt(value: WorkflowValue, pointer: string): WorkflowPlace {
  let at = value;
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    const next =
      at.kind === "list"
        ? at.items[Number(name)]
        : at.kind === "map"
          ? at.members.find(([one]) => one === name)?.[1]
          : undefined;
    if (next === undefined) break;
    at = next;
  }
  return at.place;
}

function named(type: string): string {
  return type === "null" ? "null" : /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** Most values that a message lists. */
const MAX_SHOWN = 10;

function shown(values: readonly JsonValue[]): string {
  const listed = values
    .slice(0, MAX_SHOWN)
    .map((value) => JSON.stringify(value))
    .join(", ");
  return values.length > MAX_SHOWN ? `${listed}, ...` : listed;
}
