import { RATCHET } from "./ratchet.ts";

/** A command of the executable on a terminal of its own. */
export interface TerminalCommand {
  /** Everything that the terminal has shown. */
  shown(): string;
  /** Waits until the terminal has shown a text that matches. Rejects when the command ends before. */
  until(pattern: RegExp): Promise<void>;
  /** Types, pastes or presses keys. */
  type(text: string): void;
  kill(signal: NodeJS.Signals): void;
  /** Waits for the end. @returns what was shown, and whether the terminal shows what is typed */
  end(): Promise<{ code: number | null; signal: string | number | null; shown: string; echoes: boolean }>;
}

/** What `stty` calls a terminal that shows what is typed and reads whole lines. */
const AS_USUAL = /(?<!-)icanon.*(?<!-)echo\b/s;

/** Runs a command on a terminal. */
export function onTerminal(
  args: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): TerminalCommand {
  let shown = "";
  let isOver = false;
  let changed = () => {};
  const decoder = new TextDecoder();
  const terminal = new Bun.Terminal({
    cols: 200,
    rows: 30,
    data: (_terminal, data) => {
      shown += decoder.decode(data, { stream: true });
      changed();
    },
  });
  const env = { PATH: Bun.env.PATH ?? "", HOME: options.cwd, TERM: "xterm-256color", ...options.env };
  const child = Bun.spawn([RATCHET, ...args], { cwd: options.cwd, env, terminal });
  void child.exited.then(() => {
    isOver = true;
    changed();
  });
  const until = async (pattern: RegExp, canEnd = false) => {
    while (!pattern.test(shown)) {
      if (isOver && !canEnd) throw new Error(`the command ended: ${shown}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      changed = resolve;
      await promise;
    }
  };
  return {
    shown: () => shown,
    until,
    type: (text) => void terminal.write(text),
    kill: (signal) => child.kill(signal),
    async end() {
      await child.exited;
      // What the command has written may arrive after its end, but before what is written next.
      const stty = Bun.spawn(["sh", "-c", "echo begin-of-stty; stty -a; echo end-of-stty"], { terminal });
      await stty.exited;
      await until(/end-of-stty/, true);
      const [before = "", state = ""] = shown.split("begin-of-stty");
      const echoes = AS_USUAL.test(state);
      terminal.close();
      return { code: child.exitCode, signal: child.signalCode, shown: before.replaceAll("\r\n", "\n"), echoes };
    },
  };
}
