import { nameProblem } from "../../../domain/credentials.ts";
import { patternProblem } from "../../../domain/label-pattern.ts";
import { ROLES } from "../../../domain/principal.ts";
import type { ArgDefinition } from "../../framework/command.ts";

/** What a user or key may do. */
export const GRANT_OPTIONS = {
  role: {
    type: "enum",
    options: [...ROLES],
    valueHint: "ROLE",
    required: true,
    description:
      "viewer reads; operator also handles jobs, executions, schedules, the queue and webhooks; admin also handles users, keys, secrets, the audit log and configuration.",
  },
  tasks: {
    type: "string",
    valueHint: "PATTERN",
    multiple: true,
    form: { type: "string", check: patternProblem },
    description:
      "Limit it to tasks whose label matches, such as 'billing-*': only * is special. Repeat the option for several. Default: all tasks.",
  },
} as const satisfies Record<string, ArgDefinition>;

/** Where a password comes from, unless a terminal is asked for it. On the command line itself, every user of the machine could read it. */
export const PASSWORD_OPTIONS = {
  "password-file": {
    type: "string",
    valueHint: "FILE",
    complete: "file",
    excludes: ["password-stdin"],
    description: "Read the password from a file. The last line feed is not part of it.",
  },
  "password-stdin": { type: "boolean", description: "Read the password from standard input." },
} as const satisfies Record<string, ArgDefinition>;

/** The name of a user or key. */
export const NAME_ARGUMENT = {
  type: "positional",
  form: { type: "string", check: nameProblem },
  description: "The name.",
} as const satisfies ArgDefinition;

/** Returns the patterns that were given; undefined for all tasks. */
export function patternsOf(tasks: readonly string[]): { tasks?: readonly string[] } {
  return tasks.length === 0 ? {} : { tasks };
}
