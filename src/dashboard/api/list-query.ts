import type { FilterOption } from "../components/filter-bar.tsx";
import type { QueryOf, RouteName } from "./client.ts";

/** Returns the parameters of a page's address that a route takes. Values are sent as they are: the server checks them. */
export function queryFrom<K extends RouteName>(
  query: URLSearchParams,
  names: readonly (keyof QueryOf<K>)[],
): QueryOf<K> {
  const found = names.flatMap((name) => {
    const value = query.get(String(name));
    return value === null || value === "" ? [] : [[name, value]];
  });
  return Object.fromEntries(found) as QueryOf<K>;
}

/** Returns options whose names are their values, beginning with a capital. */
export function defineOptions(values: readonly string[]): readonly FilterOption[] {
  return values.map((value) => ({ value, name: value.charAt(0).toUpperCase() + value.slice(1).replaceAll("_", " ") }));
}
