import type { Program } from "../domain/task.ts";
import type { BuildInfo } from "../lib/build-info.ts";
import type { ProgramStore } from "../store/contract/programs.ts";
import { restoreProgram, storeProgram } from "../task/prepared/stored-program.ts";
import type { TaskFiles } from "../task/task-files.ts";
import type { TaskLoading } from "../task/task-loading.ts";
import { errorText, type Logger } from "../telemetry/logger.ts";

/** Loads programs, and remembers bundled ones across restarts. */
export interface ProgramKeeper {
  /**
   * Returns the program of a task.
   * @param checksum of the task's files
   * @throws {RatchetError} TASK_INVALID with file, line and remedy; TASK_UNREADABLE
   */
  load(checksum: string, files: TaskFiles): Promise<Program>;
  /** Resolves when everything is kept that was loaded. */
  settled(): Promise<void>;
}

/** What a keeper works with. */
export interface ProgramKeeperOptions {
  loading: Pick<TaskLoading, "program">;
  /** undefined: nothing is kept. */
  store: ProgramStore | undefined;
  logger: Logger;
  /** Another build may prepare programs in another way. */
  build: BuildInfo;
}

/** Changes when the contents have another form. */
const FORMAT = 1;

/**
 * Keeps programs that were bundled by the checksum of their task's files. A plain script is not kept, because it takes
 * longer to look it up than to prepare it. No failure of the store is an error: the program is then prepared.
 */
export function createProgramKeeper({ loading, store, logger, build }: ProgramKeeperOptions): ProgramKeeper {
  const { version, commit, buildDate } = build;
  const pending = new Set<Promise<void>>();
  const keyOf = (checksum: string) =>
    new Bun.CryptoHasher("sha256").update(JSON.stringify([FORMAT, version, commit, buildDate, checksum])).digest("hex");

  async function kept(programs: ProgramStore, key: string): Promise<Program | undefined> {
    try {
      const content = await programs.get(key);
      if (content === undefined) return undefined;
      return restoreProgram(await Bun.zstdDecompress(content));
    } catch (error) {
      logger.warn("a prepared program could not be read, and is prepared again", { error: errorText(error) });
      return undefined;
    }
  }

  async function keep(programs: ProgramStore, key: string, program: Program): Promise<void> {
    try {
      await programs.keep(key, await Bun.zstdCompress(storeProgram(program).program));
    } catch (error) {
      logger.warn("a prepared program could not be kept", { error: errorText(error) });
    }
  }

  return {
    async load(checksum, files) {
      if (store === undefined) return loading.program(files);
      const key = keyOf(checksum);
      const found = await kept(store, key);
      if (found !== undefined) return found;
      const program = await loading.program(files);
      if (program.places?.mappings !== undefined) {
        const keeping = keep(store, key, program).finally(() => pending.delete(keeping));
        pending.add(keeping);
      }
      return program;
    },
    async settled() {
      await Promise.all(pending);
    },
  };
}
