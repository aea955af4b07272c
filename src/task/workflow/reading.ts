import type { NamedPlace, OnError, WorkflowPlace, WorkflowValue } from "../../domain/workflow.ts";
import type { Findings } from "./findings.ts";
import type { SourceText } from "./scalar-places.ts";
import type { YamlNode } from "./yaml-file.ts";

/** What the readers of values and steps need. */
export interface Reading {
  source: SourceText;
  /** Those of the step that is being read. */
  findings: Findings;
  parse: typeof import("acorn").parseExpressionAt;
  /** The JSON Schemas that were read, which are checked later. */
  schemas: { node: YamlNode; findings: Findings }[];
  /** Number of steps so far, those inside others included. */
  count: { steps: number };
}

/** What is known of a step before its kind is read. */
export interface StepStart {
  name: string;
  path: string;
  place: WorkflowPlace;
  if?: WorkflowValue;
  after: NamedPlace[];
  onError: OnError;
}
