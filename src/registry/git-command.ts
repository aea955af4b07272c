import { processEnvironment } from "../config/environment.ts";
import { withoutStartOptions } from "../config/start-options.ts";
import { RatchetError } from "../domain/errors.ts";

/** The protocols that git may use: `ext::` and others would run commands (git-config, protocol.allow). */
const PROTOCOLS = "https:http:ssh:git:file";

/** Settings of every call. Fetched objects stay one compressed file, whose size can be bounded. */
const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.symlinks=false",
  "core.autocrlf=false",
  "gc.auto=0",
  "submodule.recurse=false",
  "fetch.unpackLimit=1",
  "transfer.unpackLimit=1",
].flatMap((setting) => ["-c", setting]);

/** The most that is kept of git's output and messages, bytes: a server may send endless messages. */
const MAX_OUTPUT_BYTES = 64 * 1024;

/** Options of one call. */
export interface GitOptions {
  /** Largest file that git may write, bytes; not on Windows. */
  maxFileBytes?: number;
  /** Receives git's output record by record, each without its final NUL. If it throws, git is killed. */
  onRecord?: (record: string) => void;
}

/**
 * Runs git without prompts, hooks or a pager.
 * @returns its output, at most {@link MAX_OUTPUT_BYTES}; an empty string with `onRecord`
 * @throws {RatchetError} ENVIRONMENT with git's own message
 */
export async function git(args: readonly string[], signal: AbortSignal, options: GitOptions = {}): Promise<string> {
  const { maxFileBytes, onRecord } = options;
  const command = ["git", ...SETTINGS, ...args];
  const child = start(maxFileBytes === undefined ? command : withFileLimit(command, maxFileBytes));
  const end = () => killGroup(child);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  let failed: { error: unknown } | undefined;
  const fail = (error: unknown) => {
    failed ??= { error };
    end();
    return "";
  };
  const [output, errors, code] = await Promise.all([
    onRecord === undefined ? readStart(child.stdout) : readRecords(child.stdout, onRecord).catch(fail),
    readStart(child.stderr),
    child.exited,
  ]).finally(() => signal.removeEventListener("abort", end));
  if (failed !== undefined) throw failed.error;
  if (code === 0) return output;
  const message = signal.aborted ? "it took too long" : lastLine(errors);
  throw new RatchetError("ENVIRONMENT", `git ${args.includes("fetch") ? "fetch" : "failed"}: ${message}`, {
    remedy: "Check the address, the branch or tag, and that this machine may read the repository.",
  });
}

/**
 * Lets the kernel hold git and its helpers to the limit: `ulimit -f` counts blocks of 512 bytes (POSIX, sh). The file
 * that reached the limit stays behind; git's messages do not reveal it.
 */
function withFileLimit(command: string[], maxFileBytes: number): string[] {
  if (process.platform === "win32") return command;
  return ["sh", "-c", `ulimit -f ${Math.ceil(maxFileBytes / 512)}; exec "$@"`, "sh", ...command];
}

/** Reads the whole stream and keeps its start. */
async function readStart(stream: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let kept = 0;
  for await (const chunk of stream) {
    const part = chunk.subarray(0, MAX_OUTPUT_BYTES - kept);
    if (part.byteLength > 0) chunks.push(part);
    kept += part.byteLength;
  }
  return Buffer.concat(chunks).toString();
}

async function readRecords(stream: ReadableStream<Uint8Array>, onRecord: (record: string) => void): Promise<string> {
  const decoder = new TextDecoder("latin1");
  let pending = "";
  for await (const chunk of stream) {
    const records = (pending + decoder.decode(chunk, { stream: true })).split("\0");
    pending = records.pop() ?? "";
    for (const record of records) onRecord(record);
    // The receiver rejects a record that never ends.
    if (pending.length > MAX_OUTPUT_BYTES) onRecord(pending);
  }
  return "";
}

function start(command: string[]): Bun.Subprocess<"ignore", "pipe", "pipe"> {
  // Only this user may read what git writes, like all other copies of tasks.
  const umask = process.umask(0o077);
  try {
    return Bun.spawn(command, {
      env: gitEnvironment(),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      // A separate process group: git has helpers that outlive it, such as one that waits for an HTTP response.
      detached: true,
    });
  } catch (cause) {
    throw new RatchetError("ENVIRONMENT", "git can't be started.", { remedy: "Install git.", cause });
  } finally {
    process.umask(umask);
  }
}

/** Variables that would make git use another repository than the given one, as when a hook starts the server. */
const PLACES = /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|NAMESPACE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES)$/;

/** Git runs helpers and hooks: what is for this process only, such as the key of the secrets, does not reach them. */
function gitEnvironment(): Record<string, string | undefined> {
  const env = withoutStartOptions(processEnvironment());
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !PLACES.test(name) && !name.startsWith("RATCHET_"))),
    GIT_ALLOW_PROTOCOL: PROTOCOLS,
    GIT_TERMINAL_PROMPT: "0",
    // The repository's own sizes do not include files that LFS would fetch.
    GIT_LFS_SKIP_SMUDGE: "1",
    GIT_SSH_COMMAND: env.GIT_SSH_COMMAND ?? "ssh -o BatchMode=yes",
    LC_ALL: "C",
  };
}

function killGroup(child: Bun.Subprocess): void {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The system has no process groups, or the process has ended.
    child.kill("SIGKILL");
  }
}

/** Returns the line with the reason. Masks passwords in addresses. */
function lastLine(errors: string): string {
  const lines = errors.trim().split("\n");
  const line = lines.find((one) => /^(?:fatal|error):/.test(one)) ?? lines.at(-1) ?? "";
  return line.replace(/\/\/[^/@\s]+@/g, "//***@").slice(0, 500);
}
