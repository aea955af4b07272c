/** What citty asks of `parseArgs`. */
interface ParseArgsRequest {
  args: readonly string[];
  options?: Readonly<Record<string, { type: "boolean" | "string"; short?: string; default?: string | boolean }>>;
  allowPositionals: true;
  strict: false;
}

/** What it gets. */
interface ParsedArgs {
  values: Record<string, string | boolean | undefined>;
  positionals: string[];
}

/**
 * `parseArgs` of `node:util` without `strict`, for citty in the executable: the same results, and none of the
 * milliseconds that loading all of `node:util` costs. A property test compares the two.
 */
export function parseArgs({ args, options = {} }: ParseArgsRequest): ParsedArgs {
  const values: ParsedArgs["values"] = Object.create(null);
  const positionals: string[] = [];
  const takesValue = (name: string) => Object.hasOwn(options, name) && options[name]?.type === "string";
  const store = (name: string, value: string | undefined) => {
    if (name !== "__proto__") values[name] = value ?? true;
  };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") {
      positionals.push(...rest);
      break;
    }
    if (arg === "-" || !arg.startsWith("-")) positionals.push(arg);
    else if (!arg.startsWith("--")) shortOptions(arg.slice(1));
    else {
      const equals = arg.indexOf("=");
      const name = equals > 2 ? arg.slice(2, equals) : arg.slice(2);
      if (equals > 2) store(name, arg.slice(equals + 1));
      else store(name, takesValue(name) ? rest.shift() : undefined);
    }
  }
  for (const [name, { default: value }] of Object.entries(options)) {
    if (value !== undefined && values[name] === undefined) values[name] = value;
  }
  return { values, positionals };

  /** `-a`, `-abc` or `-fVALUE`. */
  function shortOptions(letters: string): void {
    for (let i = 0; i < letters.length; i++) {
      const letter = letters.charAt(i);
      const name = Object.entries(options).find(([, { short }]) => short === letter)?.[0] ?? letter;
      if (!takesValue(name)) {
        store(name, undefined);
        continue;
      }
      const joined = letters.slice(i + 1);
      store(name, joined === "" ? rest.shift() : joined);
      return;
    }
  }
}
