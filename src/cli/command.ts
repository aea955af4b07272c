import type { LoadedConfig } from "../config/load.ts";
import type { ValueForm, ValueOf } from "../config/value-form.ts";

/** One option of a command: the source of its parsing, help and completion. */
export interface OptionDefinition {
  /** The form of its value; an option without one is a flag. */
  form?: ValueForm;
  /** Name of the value in help, such as `PATH`. */
  value?: string;
  description: string;
  /** May be given several times; the value is a list. */
  multiple?: true;
  required?: true;
  /** A flag that `--no-NAME` switches off again. */
  negatable?: true;
  /** What a shell completes its value with. */
  complete?: "file" | "folder";
  /** Options that cannot be given together with this one. */
  excludes?: readonly string[];
  /** An option that must be given too. */
  needs?: string;
}

/** A word after the command that is no option. */
export interface PositionalDefinition {
  name: string;
  description: string;
  form?: Extract<ValueForm, { type: "choice" | "string" }>;
  required?: true;
  /** Takes all further words; only the last one can. */
  multiple?: true;
  complete?: "file" | "folder";
}

type OptionTable = Readonly<Record<string, OptionDefinition>>;

type OptionValue<O extends OptionDefinition> = O extends { form: infer F extends ValueForm }
  ? O extends { multiple: true }
    ? ValueOf<F>[]
    : O extends { required: true }
      ? ValueOf<F>
      : ValueOf<F> | undefined
  : O extends { negatable: true }
    ? boolean | undefined
    : boolean;

/** The values of a command's options after parsing, by name. */
export type OptionValues<T extends OptionTable> = { [K in keyof T]: OptionValue<T[K]> };

/** What a command gets beside its options. */
export interface CommandContext {
  /** Words after the command that are no options. */
  words: readonly string[];
  /** How errors are written; the configuration may change it. */
  errorFormat: "text" | "json";
  /**
   * The configuration, loaded when first asked for: a command that does not ask cannot be stopped by a broken file.
   * @throws {RatchetError} CONFIG_INVALID
   */
  config(): Promise<LoadedConfig>;
}

/** One command with everything that is known about it. */
export interface CommandDefinition<T extends OptionTable = OptionTable> {
  /** Full name without the program's, such as `generate task`. */
  name: string;
  /** One line for lists of commands. */
  summary: string;
  /** Paragraphs of the help text. */
  description: readonly string[];
  positionals?: readonly PositionalDefinition[];
  options: T;
  /** Command lines with what each does. */
  examples: readonly (readonly [commandLine: string, explanation: string])[];
  /** Whether the command can't do without the current folder, beyond the paths it is given. @default never */
  needsCurrentFolder?: (options: Readonly<Record<string, unknown>>, words: readonly string[]) => boolean;
  /**
   * Does the work and gives the exit code.
   * @throws {RatchetError} reported by the caller, which also finds the exit code
   */
  run(options: OptionValues<T>, context: CommandContext): Promise<number>;
}

/** Types the options that `run` gets by the option table beside it. */
export function defineCommand<const T extends OptionTable>(definition: CommandDefinition<T>): CommandDefinition {
  // The parser makes the values by the very table that types them; the list of commands needs one type for all.
  return definition as unknown as CommandDefinition;
}

/** Options of every command. */
export const COMMON_OPTIONS = {
  "no-config": { description: "Ignore configuration files." },
  "error-format": {
    form: { type: "choice", choices: ["text", "json"] },
    description: "How errors are written to standard error. Default: text.",
  },
  help: { description: "Print this help." },
} as const satisfies OptionTable;

/** Options that choose the configuration, for commands that need more of it than defaults of options. */
export const CONFIG_OPTIONS = {
  config: {
    form: { type: "string" },
    value: "PATH",
    complete: "file",
    excludes: ["no-config"],
    description: "Read this configuration file, and no other.",
  },
  profile: {
    form: { type: "string" },
    value: "NAME",
    excludes: ["no-config"],
    description: "Use a profile of the configuration file.",
  },
} as const satisfies OptionTable;

/** A command, loaded only when it is wanted, or a group of commands. */
export type CommandNode =
  | { summary: string; load: () => Promise<CommandDefinition> }
  | { summary: string; commands: CommandNodes };

/** Commands and groups by name. */
export type CommandNodes = Readonly<Record<string, CommandNode>>;
