import type { DurableError } from "../../domain/durable.ts";
import { RatchetError } from "../../domain/errors.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { schemaCheck } from "../../execution/durable/signal-schema.ts";
import { isObject } from "../../lib/is-object.ts";
import { sentence } from "../../lib/sentence.ts";
import type { Vault } from "../../secrets/vault.ts";
import { textMasker } from "./text-masker.ts";

/**
 * Checks a value against the schema that a task has given. What is shown has no values of secrets, which the schema may have.
 * @param place what the value is called, and where it is in the request
 * @returns false if the schema itself is not valid, so that the value can't be used
 * @throws {RatchetError} INVALID_INPUT with pointers into the request
 */
export async function fitsSchema(
  vault: Pick<Vault, "latest">,
  { schema, value }: { schema: JsonValue | undefined; value: JsonValue },
  { what, pointer }: { what: string; pointer: string },
): Promise<boolean> {
  const compiled = await schemaCheck(schema, what);
  if ("error" in compiled) return false;
  const problem = compiled.check(value);
  if (problem === undefined) return true;
  throw await refusedValue(vault, problem, { pointer });
}

/**
 * Returns the error of a value that does not fit its schema. It has no values of secrets, which the schema may have.
 * @param place where the value is in the request
 */
export async function refusedValue(
  vault: Pick<Vault, "latest">,
  problem: DurableError,
  { pointer }: { pointer: string },
): Promise<RatchetError> {
  const masker = await textMasker(vault);
  const found: readonly JsonValue[] = Array.isArray(problem.data?.violations) ? problem.data.violations : [];
  const violations = found.flatMap((violation): JsonObject[] => {
    if (!isObject(violation)) return [];
    const { pointer: at = "", message = "" } = violation;
    return [{ pointer: masker.text(`${pointer}${String(at)}`), message: masker.text(String(message)) }];
  });
  return new RatchetError("INVALID_INPUT", sentence(masker.text(problem.message)), {
    data: { violations, count: violations.length },
    remedy: "Correct the value at these places.",
  });
}
