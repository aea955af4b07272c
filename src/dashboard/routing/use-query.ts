import { useApp } from "../app-context.ts";

/** Returns a query parameter of the page and the function that changes it. Without a value, it is "". */
export function useQuery(name: string): [value: string, set: (value: string | undefined) => void] {
  const { router } = useApp();
  return [router.query.value.get(name) ?? "", (value) => router.setQuery({ [name]: value })];
}
