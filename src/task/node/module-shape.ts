import type { Shape } from "./guest/absent.ts";

/** Modules whose values say something about the machine that builds, or are large. */
const WITHOUT_VALUES = new Set(["module", "process", "os", "worker_threads"]);
const MAX_VALUE_LENGTH = 4_000;

/**
 * Describes what Node.js's module has, as this runtime knows it: names of functions, and values that are the same
 * everywhere.
 */
export async function moduleShape(name: string): Promise<Shape> {
  let module: unknown;
  try {
    module = ((await import(`node:${name}`)) as { default?: unknown }).default;
  } catch {
    return {};
  }
  return shapeOf(module, 0, WITHOUT_VALUES.has(name));
}

function shapeOf(module: unknown, depth: number, withoutValues: boolean): Shape {
  const shape: Shape = {};
  if ((typeof module !== "object" && typeof module !== "function") || module === null) return shape;
  for (const key of Object.keys(module).filter((name) => !name.startsWith("_") && name !== "default")) {
    const value: unknown = Reflect.get(module, key);
    if (typeof value === "function") shape[key] = "function";
    else if (withoutValues || depth > 2) continue;
    else if (isPlain(value)) shape[key] = { value };
    else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      shape[key] = { members: shapeOf(value, depth + 1, withoutValues) };
    }
  }
  return shape;
}

function isPlain(value: unknown): boolean {
  if (typeof value === "object" && !(Array.isArray(value) && value.every((item) => typeof item === "string")))
    return false;
  const json = JSON.stringify(value);
  return json !== undefined && json.length < MAX_VALUE_LENGTH;
}
