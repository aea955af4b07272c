import { processEnvironment } from "../config/environment.ts";
import { withoutStartOptions } from "../config/start-options.ts";
import { RatchetError } from "../domain/errors.ts";

/** What git may be asked to speak: `ext::` and others would run commands (git-config, protocol.allow). */
const PROTOCOLS = "https:http:ssh:git:file";

/** Settings of every call. What is fetched stays one compressed file, whose size can be bounded. */
const SETTINGS = [
  "core.hooksPath=/dev/null",
  "core.symlinks=false",
  "core.autocrlf=false",
  "gc.auto=0",
  "submodule.recurse=false",
  "fetch.unpackLimit=1",
  "transfer.unpackLimit=1",
].flatMap((setting) => ["-c", setting]);

/** What is kept of git's output and messages, bytes: a server may send messages without end. */
const MAX_OUTPUT_BYTES = 64 * 1024;

/** How a call differs from others. */
export interface GitOptions {
  /** Largest file that git may write, bytes; not on Windows. */
  maxFileBytes?: number;
  /** Takes what git prints, record by record, each without the NUL at its end. What it throws ends git. */
  onRecord?: (record: string) => void;
}

/**
 * Runs git, without questions, hooks or a pager.
 * @returns what it printed, at most {@link MAX_OUTPUT_BYTES}; nothing with `onRecord`
 * @throws {RatchetError} ENVIRONMENT with git's own message
 */
export async function git(args: readonly string[], signal: AbortSignal, options: GitOptions = {}): Promise<string> {
  const { maxFileBytes, onRecord } = options;
  const command = ["git", ...SETTINGS, ...args];
  const child = start(maxFileBytes === undefined ? command : withFileLimit(command, maxFileBytes));
  const end = () => killGroup(child);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  let refused: { error: unknown } | undefined;
  const refuse = (error: unknown) => {
    refused ??= { error };
    end();
    return "";
  };
  const [output, errors, code] = await Promise.all([
    onRecord === undefined ? readStart(child.stdout) : readRecords(child.stdout, onRecord).catch(refuse),
    readStart(child.stderr),
    child.exited,
  ]).finally(() => signal.removeEventListener("abort", end));
  if (refused !== undefined) throw refused.error;
  if (code === 0) return output;
  const message = signal.aborted ? "it took too long" : lastLine(errors);
  throw new RatchetError("ENVIRONMENT", `git ${args.includes("fetch") ? "fetch" : "failed"}: ${message}`, {
    remedy: "Check the address, the branch or tag, and that this machine may read the repository.",
  });
}

/**
 * The kernel holds git and its helpers to the limit: `ulimit -f` counts blocks of 512 bytes (POSIX, sh). The file that
 * reached it stays behind; nothing in git's messages tells.
 */
function withFileLimit(command: string[], maxFileBytes: number): string[] {
  if (process.platform === "win32") return command;
  return ["sh", "-c", `ulimit -f ${Math.ceil(maxFileBytes / 512)}; exec "$@"`, "sh", ...command];
}

/** Reads to the end and keeps the start. */
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
    // A record without an end is for the reader to refuse.
    if (pending.length > MAX_OUTPUT_BYTES) onRecord(pending);
  }
  return "";
}

function start(command: string[]): Bun.Subprocess<"ignore", "pipe", "pipe"> {
  // What git writes is for this user alone, like all other copies of tasks.
  const umask = process.umask(0o077);
  try {
    return Bun.spawn(command, {
      env: gitEnvironment(),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      // A process group of its own: git has helpers that outlive it, such as one for http that waits for an answer.
      detached: true,
    });
  } catch (cause) {
    throw new RatchetError("ENVIRONMENT", "git can't be started.", { remedy: "Install git.", cause });
  } finally {
    process.umask(umask);
  }
}

/** Variables that would lead git to another repository than the one it is told, as when a hook starts the server. */
const PLACES = /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|NAMESPACE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES)$/;

function gitEnvironment(): Record<string, string | undefined> {
  const env = withoutStartOptions(processEnvironment());
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !PLACES.test(name))),
    GIT_ALLOW_PROTOCOL: PROTOCOLS,
    GIT_TERMINAL_PROMPT: "0",
    // Files that LFS would fetch are beyond what the repository itself says of its size.
    GIT_LFS_SKIP_SMUDGE: "1",
    GIT_SSH_COMMAND: env.GIT_SSH_COMMAND ?? "ssh -o BatchMode=yes",
    LC_ALL: "C",
  };
}

function killGroup(child: Bun.Subprocess): void {
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // A system without groups, or it has ended.
    child.kill("SIGKILL");
  }
}

/** The line that says why; an address may hold a password, which is no one's business. */
function lastLine(errors: string): string {
  const lines = errors.trim().split("\n");
  const line = lines.find((one) => /^(?:fatal|error):/.test(one)) ?? lines.at(-1) ?? "";
  return line.replace(/\/\/[^/@\s]+@/g, "//***@").slice(0, 500);
}
