import { processEnvironment } from "../config/environment.ts";
import { RatchetError } from "../domain/errors.ts";

/** What git may be asked to speak: `ext::` and others would run commands (git-config, protocol.allow). */
const PROTOCOLS = "https:http:ssh:git:file";

/**
 * Runs git, without questions, hooks or a pager.
 * @returns what it printed
 * @throws {RatchetError} ENVIRONMENT with git's own message
 */
export async function git(args: readonly string[], signal: AbortSignal): Promise<string> {
  const settings = ["-c", "core.hooksPath=/dev/null", "-c", "core.symlinks=false", "-c", "core.autocrlf=false"];
  const child = start(["git", ...settings, "-c", "gc.auto=0", "-c", "submodule.recurse=false", ...args]);
  const end = () => killGroup(child);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  const [output, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]).finally(() => signal.removeEventListener("abort", end));
  if (code === 0) return output;
  const message = signal.aborted ? "it took too long" : lastLine(errors);
  throw new RatchetError("ENVIRONMENT", `git ${args.includes("fetch") ? "fetch" : "failed"}: ${message}`, {
    remedy: "Check the address, the branch or tag, and that this machine may read the repository.",
  });
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
  const env = processEnvironment();
  return {
    ...Object.fromEntries(Object.entries(env).filter(([name]) => !PLACES.test(name))),
    GIT_ALLOW_PROTOCOL: PROTOCOLS,
    GIT_TERMINAL_PROMPT: "0",
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
