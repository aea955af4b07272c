import { type ArgDef, type CommandMeta, defineCommand as defineCittyCommand } from "citty";
import type { LoadedConfig } from "../../config/load.ts";
import type { ValueForm, ValueOf } from "../../config/value-form.ts";

/** What the strict layer knows about an option beyond citty. */
interface OptionRules {
  description: string;
  /** One letter that stands for the option after a single dash, such as `o` for `-o`. */
  short?: string;
  /** Options that cannot be given together with this one. */
  excludes?: readonly string[];
  /** Options of which one must be given too. */
  needs?: string | readonly string[];
}

/** What the strict layer knows about a value beyond citty. */
interface ValueRules {
  /** Can be repeated, and the value is a list. Only the last positional can be repeated. */
  multiple?: true;
  /** What a shell completes the value with. */
  complete?: "file" | "folder";
}

/** An option without a value. `negativeDescription` adds `--no-NAME`, which switches it off again. */
export interface FlagDefinition extends OptionRules {
  type: "boolean";
  negativeDescription?: string;
}

/** An option with a value of a form: any text, unless `form` says more. */
export interface ValueDefinition extends OptionRules, ValueRules {
  type: "string";
  /** Name of the value in help, such as `PATH`. */
  valueHint?: string;
  form?: ValueForm;
  required?: true;
}

/** An option whose value is one of a few words. */
export interface ChoiceDefinition extends OptionRules, ValueRules {
  type: "enum";
  options: string[];
  valueHint?: string;
  required?: true;
}

/** An argument that is not an option. As in citty, it is required unless `required` is false. */
export interface PositionalDefinition extends ValueRules {
  type: "positional";
  description: string;
  form?: Extract<ValueForm, { type: "choice" | "string" }>;
  required?: boolean;
  /** Takes all that follows the first word as it is written, options included. Only the second positional can. */
  rest?: true;
}

/** An argument of a command for citty, with the checks of the strict layer. */
export type ArgDefinition = FlagDefinition | ValueDefinition | ChoiceDefinition | PositionalDefinition;

/** A command's arguments by name, with positionals in order. */
export type ArgTable = Readonly<Record<string, ArgDefinition & ArgDef>>;

type Single<A> = A extends { type: "enum"; options: (infer C)[] }
  ? C
  : A extends { form: infer F extends ValueForm }
    ? ValueOf<F>
    : string;

type ArgValue<A> = A extends { type: "boolean" }
  ? A extends { negativeDescription: string }
    ? boolean | undefined
    : boolean
  : A extends { multiple: true }
    ? Single<A>[]
    : A extends { required: true } | { type: "positional"; required?: true }
      ? Single<A>
      : Single<A> | undefined;

/** The values of a command's arguments after parsing, by name. */
export type ArgValues<T> = { [K in keyof T]: ArgValue<T[K]> };

/** What a command receives in addition to its arguments. */
export interface Invocation {
  /** How errors are written; the configuration may change it. */
  errorFormat: "text" | "json";
  /**
   * Loads the configuration on first use, so that a broken file can't stop a command that does not need it.
   * @throws {RatchetError} CONFIG_INVALID
   */
  config(): Promise<LoadedConfig>;
}

/** A citty command with additions for the strict layer and the help. */
export interface CommandDefinition<T extends ArgTable = ArgTable> {
  meta: CommandMeta & {
    /** Full name without that of the program, such as `generate task`. */
    name: string;
    /** One line for lists of commands. */
    description: string;
    /** Paragraphs of the help text. */
    details: readonly string[];
    /** Command lines, each with an explanation. */
    examples: readonly (readonly [commandLine: string, explanation: string])[];
  };
  args: T;
  /** Options that people write although the command has none of the name, and what to do instead. */
  otherOptions?: Readonly<Record<string, string>>;
  /** Whether the command can't do without the current folder, beyond the paths it is given. @default never */
  needsCurrentFolder?: (args: Readonly<Record<string, unknown>>) => boolean;
  /** Whether the command works without an open standard output, or checks it itself. @default false */
  worksWithoutStdout?: boolean;
  /**
   * Does the work and returns the exit code.
   * @throws {RatchetError} reported by the caller, which also finds the exit code
   */
  run(context: { args: ArgValues<T>; data: Invocation }): Promise<number>;
}

/**
 * Defines a command with citty's `defineCommand`. The table of arguments determines the types that `run` receives.
 * @example
 * ```ts
 * import { parseArguments } from "./parse-arguments.ts";
 *
 * const greet = defineCommand({
 *   meta: { name: "greet", description: "Print a greeting", details: [], examples: [] },
 *   args: { name: { type: "string", required: true, description: "Who is greeted." } },
 *   run: async ({ args }) => args.name.length,
 * });
 * parseArguments(greet, ["--name", "Ada"]).args.name; // => "Ada"
 * ```
 */
export function defineCommand<const T extends ArgTable>(definition: CommandDefinition<T>): CommandDefinition {
  // The parser creates the values from the same table that types them. The list of commands needs one type for all.
  return defineCittyCommand(definition as object) as unknown as CommandDefinition;
}

/** A command as citty loads it, a function that imports it, with the line that lists show without loading it. */
export interface LazyCommand {
  (): Promise<CommandDefinition>;
  summary: string;
}

/** Defines a command that is loaded when it runs. */
export function defineLazyCommand(summary: string, load: () => Promise<CommandDefinition>): LazyCommand {
  return Object.assign(() => load(), { summary });
}

/** A command that consists of commands. */
export interface GroupDefinition {
  meta: CommandMeta & { name: string; description: string };
  subCommands: SubCommands;
}

/** Commands and groups by name. */
export type SubCommands = Readonly<Record<string, LazyCommand | GroupDefinition>>;

/** Defines a group with citty's `defineCommand`. */
export function defineGroup(definition: GroupDefinition): GroupDefinition {
  return defineCittyCommand(definition as object) as GroupDefinition;
}

/** Returns the summary of a command for lists. */
export function summaryOf(command: LazyCommand | GroupDefinition): string {
  return typeof command === "function" ? command.summary : command.meta.description;
}

/** Options of every command. */
export const COMMON_OPTIONS = {
  "no-config": { type: "boolean", description: "Ignore configuration files." },
  "error-format": {
    type: "enum",
    options: ["text", "json"],
    description: "How errors are written to standard error. Default: text.",
  },
  help: { type: "boolean", short: "h", description: "Print this help." },
} satisfies ArgTable;

/** Options that select the configuration, for commands that need more than defaults of options. */
export const CONFIG_OPTIONS = {
  config: {
    type: "string",
    valueHint: "PATH",
    complete: "file",
    excludes: ["no-config"],
    description: "Read this configuration file, and no other.",
  },
  profile: {
    type: "string",
    valueHint: "NAME",
    excludes: ["no-config"],
    description: "Use a profile of the configuration file.",
  },
} as const satisfies ArgTable;

/** The option of commands that run tasks. */
export const CACHE_OPTION = {
  "no-cache": { type: "boolean", description: "Prepare the program again, and keep nothing for the next run." },
} as const satisfies ArgTable;
