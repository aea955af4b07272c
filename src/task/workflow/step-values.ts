import type { NamedPlace, WorkflowExpression, WorkflowStep, WorkflowValue } from "../../domain/workflow.ts";
import { stepsInside } from "../../domain/workflow.ts";
import { streamInputOf } from "./step-streams.ts";
import { expressionsIn } from "./templates.ts";

/** One of the values of a step that may have expressions. */
export interface StepValue {
  /** The member of the step, such as `input` or `compensate.input`. */
  member: string;
  value: WorkflowValue;
  /** Its expressions see `item` and `index`. */
  seesItem: boolean;
}

/** The values of a step itself, without those of the steps inside it. */
export function valuesOf(step: WorkflowStep): StepValue[] {
  const found: StepValue[] = [];
  const add = (member: string, value: WorkflowValue | undefined, seesItem = false) => {
    if (value !== undefined) found.push({ member, value, seesItem });
  };
  add("if", step.if);
  switch (step.kind) {
    case "task":
    case "workflow": {
      const isEach = step.forEach !== undefined;
      add("forEach", step.forEach);
      add("input", step.input, isEach);
      add("concurrency", step.concurrency);
      add("timeout", step.timeout);
      add("compensate.input", step.compensate?.input, isEach);
      add("compensate.timeout", step.compensate?.timeout);
      break;
    }
    case "switch":
      add("switch", step.value);
      break;
    case "parallel":
      break;
    case "wait":
      add("signal", step.signal);
      add("timeout", step.timeout);
      break;
    case "sleep":
      add("sleep", step.duration);
      add("until", step.until);
      break;
    case "approve":
      add("title", step.title);
      add("who", step.who);
      add("timeout", step.timeout);
      break;
    case "output":
      add("output", step.value);
  }
  return found;
}

/** A step, and those inside it at any depth. */
export function withInner(step: WorkflowStep): WorkflowStep[] {
  return [step, ...stepsInside(step).flatMap(withInner)];
}

/** The expressions of a step itself, each with the member that it is in. */
export function expressionsOf(step: WorkflowStep): (StepValue & { expression: WorkflowExpression })[] {
  return valuesOf(step).flatMap((one) => expressionsIn(one.value).map((expression) => ({ ...one, expression })));
}

/**
 * The steps that a top-level step depends on, each once, at the first place that says so: those that expressions of it, or of
 * the steps inside it, refer to, and those in `after`. A compensation may refer to its own step. The step whose stream it reads is
 * not among them.
 */
export function dependenciesOf(step: WorkflowStep): NamedPlace[] {
  const found = new Map<string, NamedPlace>();
  const add = (named: NamedPlace) => {
    if (!found.has(named.name)) found.set(named.name, named);
  };
  for (const one of withInner(step)) {
    for (const named of one.after) add(named);
    const stream = streamInputOf(one);
    for (const { member, expression } of expressionsOf(one)) {
      for (const { name, place } of expression.references) {
        if (member === "input" && stream !== undefined) continue;
        if (name !== step.name || !member.startsWith("compensate.")) add({ name, place });
      }
    }
  }
  return [...found.values()];
}
