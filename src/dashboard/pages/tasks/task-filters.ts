import type { Filter } from "../../components/filter-bar.tsx";

/** The filters of the list of tasks, with the names of REST. @param sources names of the sources */
export function taskFilters(sources: readonly string[]): readonly Filter[] {
  return [
    { kind: "text", name: "search", label: "Search", placeholder: "any text" },
    {
      kind: "select",
      name: "enabled",
      label: "State",
      options: [
        { value: "true", name: "Enabled" },
        { value: "false", name: "Disabled" },
      ],
    },
    { kind: "select", name: "source", label: "Source", options: sources.map((name) => ({ value: name, name })) },
  ];
}
