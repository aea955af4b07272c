import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { ExecutionLimits } from "../../domain/limits.ts";
import type { RetryPolicy } from "../../domain/retry-policy.ts";
import type { TaskDefinition, TaskKind, TaskPermissions } from "../../domain/task.ts";
import { cappedLimits, type LimitCaps } from "../../task/limit-caps.ts";

/** What a task takes, returns, and may use. All members are null while no source can provide the task. */
export interface TaskContract {
  /** Also null if the task has no such file, so that every value is accepted. */
  inputSchema: JsonValue;
  outputSchema: JsonValue;
  /** What an execution may use on this server. */
  limits: ExecutionLimits | null;
  /** Also null if the metadata has no such member. */
  retry: RetryPolicy | null;
  permissions: TaskPermissions | null;
  kind: TaskKind | null;
  /** Whether its source has a README. False while no source can provide the task. */
  hasReadme: boolean;
}

/** The contract of a task that can't be loaded. */
export const UNKNOWN_CONTRACT: TaskContract = {
  inputSchema: null,
  outputSchema: null,
  limits: null,
  retry: null,
  permissions: null,
  kind: null,
  hasReadme: false,
};

/** Reads the contract of a task. */
export async function readContract(definition: TaskDefinition, caps: LimitCaps): Promise<TaskContract> {
  const { limits, retry = null, permissions = null } = definition.metadata;
  const [inputSchema, outputSchema, hasReadme] = await Promise.all([
    readSchema(definition, "input"),
    readSchema(definition, "output"),
    findReadme(definition),
  ]);
  return {
    inputSchema,
    outputSchema,
    limits: cappedLimits(limits, caps),
    retry,
    permissions,
    kind: definition.kind,
    hasReadme,
  };
}

/** A README that can't be shown is one: who asks for it learns why. */
async function findReadme(definition: TaskDefinition): Promise<boolean> {
  try {
    return (await definition.readme()) !== undefined;
  } catch (error) {
    if (error instanceof RatchetError) return true;
    throw error;
  }
}

/** Returns null for a schema that is not JSON: `validate` reports what is wrong with it. */
async function readSchema(definition: TaskDefinition, side: "input" | "output"): Promise<JsonValue> {
  try {
    const source = await definition.schema(side);
    return source === undefined ? null : (JSON.parse(source.text) as JsonValue);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RatchetError) return null;
    throw error;
  }
}
