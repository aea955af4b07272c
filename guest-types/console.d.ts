/**
 * Writes to the execution's log: to standard error on the command line, and to the execution on a server. All of it
 * together may have 1 MB, unless `limits.logs` says otherwise; more ends the execution with LOG_LIMIT. Texts with `%s`, `%d`,
 * `%i`, `%f`, `%o`, `%O`, `%j` and `%c` (ignored) are formatted. There are no colours.
 */
interface Console {
  /** Writes an entry with the level debug. */
  debug(...data: any[]): void;
  /** Writes an entry with the level debug, and the call stack. */
  trace(...data: any[]): void;
  /** Writes an entry with the level info. */
  log(...data: any[]): void;
  /** Writes an entry with the level info. */
  info(...data: any[]): void;
  /** Writes a value as an object. Options are ignored. */
  dir(item?: any, options?: any): void;
  /** Like `log`. */
  dirxml(...data: any[]): void;
  /** Ends all groups. What was written stays. */
  clear(): void;
  /** Writes a value as `log` does, without drawing a table. */
  table(tabularData?: any, properties?: string[]): void;
  /** Writes an entry with the level warn. */
  warn(...data: any[]): void;
  /** Writes an entry with the level error. */
  error(...data: any[]): void;
  /** Writes an error if the condition is false. It does not throw. */
  assert(condition?: boolean, ...data: any[]): void;
  /** Writes how often it was called with this label. */
  count(label?: string): void;
  countReset(label?: string): void;
  /** Starts a clock. */
  time(label?: string): void;
  /** Writes the time since `time`, in ms. */
  timeLog(label?: string, ...data: any[]): void;
  /** Writes the time since `time`, in ms, and stops the clock. */
  timeEnd(label?: string): void;
  /** Indents the entries that follow by two spaces. */
  group(...data: any[]): void;
  /** Like `group`. */
  groupCollapsed(...data: any[]): void;
  groupEnd(): void;
}
/** Writes to the log of the execution. */
declare var console: Console;
