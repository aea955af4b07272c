/** What a package gets when it uses a part of Node.js that a task does not have. `code` is Node.js's own for this. */
export interface AbsentError extends Error {
  code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM";
}

/** Why a module is not there, and what to use instead; built in by the build step. */
export interface Absence {
  /** Such as "a task has no files". */
  reason: string;
  /** Such as "pass the data in as input". */
  remedy: string;
}

/** Creates the error for using `name`, such as `fs.readFile`. */
export function absentError(name: string, { reason, remedy }: Absence): AbsentError {
  const error = new Error(`${name} is not available: ${reason}. ${remedy}`);
  return Object.assign(error, { code: "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM" as const });
}

/** Returns a function that throws when it is called or constructed. Classes may extend it. */
export function absentFunction(name: string, absence: Absence): () => never {
  // A declaration, since an arrow function can't be extended.
  function absent(): never {
    throw absentError(name, absence);
  }
  Object.defineProperty(absent, "name", { value: name.split(".").at(-1) });
  return absent;
}

/** Returns a function whose promise is rejected, for modules whose functions are asynchronous. */
export function absentAsyncFunction(name: string, absence: Absence): () => Promise<never> {
  return async () => {
    throw absentError(name, absence);
  };
}

/** The names that Node.js's module has: "function", "object" (with more names), or a value that is the same here. */
export type Shape = { [name: string]: "function" | { value: unknown } | { members: Shape } };

/** Adds what a module lacks of Node.js's module as functions that throw. */
export function completed<T extends object>(module: T, name: string, shape: Shape, absence: Absence): T {
  const members = module as Record<string, unknown>;
  for (const [key, form] of Object.entries(shape)) {
    if (key in members) continue;
    const path = `${name}.${key}`;
    if (form === "function") {
      members[key] = /(?:^|[./])promises\b/.test(name)
        ? absentAsyncFunction(path, absence)
        : absentFunction(path, absence);
    } else if ("value" in form) members[key] = form.value;
    else members[key] = completed({}, path, form.members, absence);
  }
  return module;
}
