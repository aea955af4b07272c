import { type ArgDef, type CommandMeta, defineCommand as defineCittyCommand } from "citty";
import type { LoadedConfig } from "../../config/load.ts";
import type { ValueForm, ValueOf } from "../../config/value-form.ts";

/** What the strict layer knows about an option beyond citty. */
interface OptionRules {
  description: string;
  /** Options that cannot be given together with this one. */
  excludes?: readonly string[];
  /** An option that must be given too. */
  needs?: string;
}

/** What the strict layer knows about a value beyond citty. */
interface ValueRules {
  /** May be given several times; the value is a list. Of the positionals only the last one can be. */
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

/** A word after the command that is no option. As in citty, it is required unless `required` is false. */
export interface PositionalDefinition extends ValueRules {
  type: "positional";
  description: string;
  form?: Extract<ValueForm, { type: "choice" | "string" }>;
  required?: boolean;
}

/** One of a command's arguments as citty takes it, with what the strict layer checks. */
export type ArgDefinition = FlagDefinition | ValueDefinition | ChoiceDefinition | PositionalDefinition;

/** A command's arguments by name, positionals in their order. */
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

/** What a command gets beside its arguments. */
export interface Invocation {
  /** How errors are written; the configuration may change it. */
  errorFormat: "text" | "json";
  /**
   * The configuration, loaded when first asked for: a command that does not ask cannot be stopped by a broken file.
   * @throws {RatchetError} CONFIG_INVALID
   */
  config(): Promise<LoadedConfig>;
}

/** A citty command with what the strict layer and the help add. */
export interface CommandDefinition<T extends ArgTable = ArgTable> {
  meta: CommandMeta & {
    /** Full name without the program's, such as `generate task`. */
    name: string;
    /** One line for lists of commands. */
    description: string;
    /** Paragraphs of the help text. */
    details: readonly string[];
    /** Command lines with what each does. */
    examples: readonly (readonly [commandLine: string, explanation: string])[];
  };
  args: T;
  /** Whether the command can't do without the current folder, beyond the paths it is given. @default never */
  needsCurrentFolder?: (args: Readonly<Record<string, unknown>>) => boolean;
  /**
   * Does the work and gives the exit code.
   * @throws {RatchetError} reported by the caller, which also finds the exit code
   */
  run(context: { args: ArgValues<T>; data: Invocation }): Promise<number>;
}

/**
 * citty's `defineCommand`, which types the arguments that `run` gets by the table beside it.
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
  // The parser makes the values by the very table that types them; the list of commands needs one type for all.
  return defineCittyCommand(definition as object) as unknown as CommandDefinition;
}

/** A command as citty loads it, a function that imports it, with the line that lists show without loading it. */
export interface LazyCommand {
  (): Promise<CommandDefinition>;
  summary: string;
}

/** A command that is loaded when it is run. */
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

/** citty's `defineCommand` for a group. */
export function defineGroup(definition: GroupDefinition): GroupDefinition {
  return defineCittyCommand(definition as object) as GroupDefinition;
}

/** What lists of commands say about one. */
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
  help: { type: "boolean", description: "Print this help." },
} satisfies ArgTable;

/** Options that choose the configuration, for commands that need more of it than defaults of options. */
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
