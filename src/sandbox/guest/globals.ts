/**
 * Defines a global like those of the platform: writable, configurable, not enumerable. A function gets the name, because the
 * build shortens the names in the code.
 */
export function defineGlobal(name: string, value: unknown): void {
  if (typeof value === "function") Object.defineProperty(value, "name", { value: name, configurable: true });
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
}
