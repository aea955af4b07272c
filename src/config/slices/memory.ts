import type { KeyDefinition } from "../key-definition.ts";
import { memoryMarkProblem } from "../memory-mark.ts";
import { usersOwn } from "../project-limits.ts";

/** Settings of the memory watch. */
export const MEMORY_KEYS = {
  "memory.high": {
    form: { type: "string", check: memoryMarkProblem },
    default: "80%",
    description:
      "Resident memory from which on the server drops caches, then claims fewer jobs, then refuses new work with 503: a size, a share of what the process may have (its cgroup's limit, or the machine's memory), or off.",
    inProject: usersOwn,
  },
} as const satisfies Record<string, KeyDefinition>;
