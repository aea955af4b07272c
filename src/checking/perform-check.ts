import { RatchetError } from "../domain/errors.ts";
import { flattenProgram } from "../domain/flat-program.ts";
import type { JsonValue } from "../domain/json.ts";
import { readText } from "../domain/shared-text.ts";
import type { SchemaSource, SchemaViolation } from "../domain/task.ts";
import { findJsonFault, linePosition } from "../lib/json-text.ts";
import { lazyJson } from "../lib/lazy-json.ts";
import { Lru } from "../lib/lru.ts";
import { readSchemaText } from "../task/schema/read-schema.ts";
import { fingerprint } from "../task/schema/same-value.ts";
import { LOADED_HERE } from "../task/task-loading.ts";
import {
  type BodyCheck,
  type CheckRequest,
  type CheckResults,
  MAX_PASSED_ON,
  type ValueCheck,
} from "./check-request.ts";
import { InputTooDeep, liftBody, MemberTooLarge } from "./lift-body.ts";
import { packBody } from "./packed-body.ts";
import { type PackedFiles, packError, unpackFiles } from "./packed-task.ts";
import { MAX_REQUEST_DEPTH } from "./request-depth.ts";

/** Maximum number of compiled schemas that a thread keeps. */
const MAX_SCHEMAS = 64;

/** Maximum nesting of a task's output. No later reader recurses in JavaScript. */
const MAX_OUTPUT_DEPTH = 5_000;

type Schema = Awaited<ReturnType<typeof readSchemaText>>;

/** Runs {@link CheckRequest}s one after the other. Keeps compiled schemas. */
export function createPerformer() {
  const schemas = new Lru<string, Promise<Schema>>(MAX_SCHEMAS, () => 1);

  function compiled(source: SchemaSource): Promise<Schema> {
    let schema = schemas.get(source.key);
    if (schema === undefined) {
      schema = readSchemaText(source.text, source.file);
      schemas.set(source.key, schema);
    }
    return schema;
  }

  async function checkValue(json: string, source: SchemaSource | undefined): Promise<ValueCheck> {
    const schema = source === undefined ? undefined : await compiled(source);
    if (schema !== undefined && schema.validator === undefined) return { problems: schema.problems };
    const fault = findJsonFault(json, MAX_OUTPUT_DEPTH);
    if (fault !== undefined) return { fault };
    const violations: readonly SchemaViolation[] = schema?.validator?.(lazyJson(json) as JsonValue, json.length) ?? [];
    return { violations: violations.slice(0, MAX_PASSED_ON), count: violations.length };
  }

  return async function perform(request: CheckRequest): Promise<CheckResults[CheckRequest["kind"]]> {
    switch (request.kind) {
      case "value":
        return checkValue(readText(request.json), request.schema);
      case "schema": {
        const { text, file } = request.schema;
        const { problems } = await readSchemaText(text, file, { hints: true });
        return { problems };
      }
      case "body":
        return readBody(request.pieces, request.form);
      case "same": {
        const [a, b] = request.texts.map(readText) as [string, string];
        return { same: a === b || printOf(a) === printOf(b) };
      }
      case "program":
        return readProgramOf(request.files);
      case "report":
        return { report: await LOADED_HERE.report(unpackFiles(request.files)) };
      case "graph":
        return readGraphOf(request.files);
    }
  };
}

async function readProgramOf(files: PackedFiles): Promise<CheckResults["program"]> {
  try {
    return flattenProgram(await LOADED_HERE.program(unpackFiles(files)));
  } catch (error) {
    if (error instanceof RatchetError) return { failure: packError(error) };
    throw error;
  }
}

async function readGraphOf(files: PackedFiles): Promise<CheckResults["graph"]> {
  try {
    return { graph: await LOADED_HERE.graph(unpackFiles(files)) };
  } catch (error) {
    if (error instanceof RatchetError) return { failure: packError(error) };
    throw error;
  }
}

const printOf = (json: string): string => fingerprint(lazyJson(json) as JsonValue);

function readBody(pieces: readonly Uint8Array[], form: "rest" | "graphql"): BodyCheck {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces));
  } catch {
    return { notUtf8: true };
  }
  const fault = findJsonFault(text, MAX_REQUEST_DEPTH);
  if (fault !== undefined) return { fault: { ...fault, ...linePosition(text, fault.offset) } };
  try {
    return { packed: packBody(liftBody(text, form)) };
  } catch (error) {
    if (error instanceof InputTooDeep) return { tooDeep: { pointer: error.pointer } };
    if (!(error instanceof MemberTooLarge)) throw error;
    const { pointer, characters, limit } = error;
    return { tooLarge: { pointer, characters, limit } };
  }
}
