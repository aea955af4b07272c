import { RatchetError } from "../../domain/errors.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";

/** Names that an input of GraphQL has for members of a REST body. */
const RENAMED: Readonly<Record<string, string>> = { input: "inputData", task: "taskId" };

/**
 * Runs work that speaks of members as REST names them, and lets its errors point into the argument `input`.
 * @throws what `work` throws; a {@link RatchetError} with pointers of GraphQL
 */
export async function pointingIntoInput<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof RatchetError ? translated(error) : error;
  }
}

function translated(error: RatchetError): RatchetError {
  const { code, cause, problems, remedy, guest } = error;
  const data: JsonObject = { ...error.data };
  let { message } = error;
  if (Array.isArray(data.violations)) {
    data.violations = data.violations.map((violation) => {
      const from = pointerOf(violation);
      if (from === undefined) return violation;
      const pointer = pointerInInput(from);
      message = message.replace(`${from} `, () => `${pointer} `);
      return { ...(violation as JsonObject), pointer };
    });
  } else if (typeof data.field === "string") {
    const why = typeof data.reason === "string" ? data.reason : message;
    data.violations = [{ pointer: pointerInInput(`/${data.field}`), message: why }];
  }
  return new RatchetError(code, message, {
    data,
    problems,
    cause,
    ...(remedy === undefined ? {} : { remedy }),
    ...(guest === undefined ? {} : { guest }),
  });
}

function pointerOf(violation: JsonValue): string | undefined {
  if (violation === null || typeof violation !== "object" || Array.isArray(violation)) return undefined;
  return typeof violation.pointer === "string" ? violation.pointer : undefined;
}

function pointerInInput(pointer: string): string {
  const [, name = "", ...rest] = pointer.split("/");
  return ["/input", RENAMED[name] ?? name, ...rest].join("/");
}
