import type { ConfigValue } from "./value-form.ts";

// How `./ratchet.yaml` combines with the user's own file, for settings that limit something. That file comes with whatever
// folder is the current one, so what the user has set stays the bound. Without a setting of the user it may say anything.

/** Keeps the user's value if it is lower. @param before the value of the user's own file, if it has one */
export function lowerOf(value: ConfigValue, before: ConfigValue | undefined): ConfigValue {
  return typeof before === "number" && typeof value === "number" ? Math.min(value, before) : value;
}

/** Keeps the user's value if it is higher. @param before the value of the user's own file, if it has one */
export function higherOf(value: ConfigValue, before: ConfigValue | undefined): ConfigValue {
  return typeof before === "number" && typeof value === "number" ? Math.max(value, before) : value;
}

/** Keeps the user's value. @param before the value of the user's own file, if it has one */
export function usersOwn(value: ConfigValue, before: ConfigValue | undefined): ConfigValue {
  return before ?? value;
}
