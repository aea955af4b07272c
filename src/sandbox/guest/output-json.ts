const { stringify } = JSON;

/**
 * The JSON text of a task's output; `undefined` counts as null.
 * @throws {TypeError} that names the place (a JSON pointer, RFC 6901) of a value that JSON can't hold: a BigInt, an
 * object that contains itself, or a function or symbol as the whole output
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
 * A second pass finds the place: the engine fails right after it asked the replacer about the value. An error out of the
 * task's own `toJSON` is the task's, and stays as it is.
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

/** The engine's own errors; all others come out of the task's code, or are about limits. */
const ENGINE_REFUSALS: readonly string[] = ["circular reference", "BigInt are forbidden in JSON.stringify"];

function isEngineRefusal(error: unknown): boolean {
  return error instanceof TypeError && ENGINE_REFUSALS.includes(error.message);
}
