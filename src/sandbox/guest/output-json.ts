const { stringify } = JSON;

/**
 * Returns the JSON text of a task's output. `undefined` becomes null.
 * @throws {TypeError} with the JSON pointer (RFC 6901) of a value that JSON can't express: a BigInt, an object that
 * contains itself, or a function or symbol as the whole output
 */
export function outputJson(value: unknown): string {
  if (value === undefined) return "null";
  let json: string | undefined;
  try {
    json = stringify(value);
  } catch (error) {
    throw isEngineRefusal(error) ? withPlace(value, error) : error;
  }
  if (json === undefined) throw new TypeError(`the whole value is a ${typeof value}`);
  return json;
}

/**
 * Finds the value with a second pass: the engine fails right after it has called the replacer with that value. An error
 * that the task's own `toJSON` threw stays as it is.
 */
function withPlace(root: unknown, error: unknown): unknown {
  const pointers = new Map<unknown, string>();
  let last: { pointer: string; value: unknown } = { pointer: "", value: root };
  const note = function (this: unknown, key: string, value: unknown): unknown {
    const holder = pointers.get(this);
    const pointer = holder === undefined ? "" : `${holder}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    last = { pointer, value };
    if (typeof value === "object" && value !== null) {
      if (pointers.get(value) === undefined || !pointer.startsWith(`${pointers.get(value)}/`)) {
        pointers.set(value, pointer);
      }
    }
    return value;
  };
  try {
    stringify(root, note);
    return error;
  } catch {
    const { pointer, value } = last;
    const place = pointer === "" ? "the whole value" : pointer;
    if (typeof value === "bigint") return new TypeError(`${place} is a BigInt`);
    const around = typeof value === "object" ? pointers.get(value) : undefined;
    if (around === undefined || around === pointer) return error;
    return new TypeError(`${place} leads back to ${around === "" ? "the whole value" : around}`);
  }
}

/** The errors of the engine itself. All others come from the task's code, or are about limits. */
const ENGINE_REFUSALS: readonly string[] = ["circular reference", "BigInt are forbidden in JSON.stringify"];

function isEngineRefusal(error: unknown): boolean {
  return error instanceof TypeError && ENGINE_REFUSALS.includes(error.message);
}
