import { RatchetError } from "../../../domain/errors.ts";
import { DEFAULT_LIMITS } from "../../../domain/limits.ts";
import { readText } from "../../../domain/shared-text.ts";
import { lazySession } from "../../../execution/durable/lazy-session.ts";
import type { MemoryHost } from "../../../execution/durable/memory/memory-host.ts";
import type { RunSession } from "../../../execution/durable/memory/run-session.ts";
import type { ExecuteRequest, ExecuteResult } from "../../../execution/execute.ts";
import { formatSize } from "../../../lib/size.ts";

/** How the run of one line ended. */
export type LineEnd = ExecuteResult & {
  /** The JSON of the items of its stream; absent without one. */
  items?: readonly string[];
};

/** Executes the task of a line, which may use durable methods. */
export type ExecuteLine = <T extends ExecuteRequest>(
  request: T,
  execute: (request: T) => Promise<ExecuteResult>,
) => Promise<LineEnd>;

/** @param load loads the host of all lines, when the first of them needs it */
export function lineExecutor(load: () => Promise<MemoryHost>): ExecuteLine {
  return async (request, execute) => {
    let items: ReturnType<typeof createItems> | undefined;
    for (let next = request; ; ) {
      let session: RunSession | undefined;
      const lazy = lazySession(async () => {
        const own = items ?? createItems(request);
        items = own;
        session = (await load()).open(request.task, { onItem: (...item) => own.add(item, () => session?.cancel()) });
        return session;
      });
      const result = await execute({ ...next, durable: lazy.session });
      await lazy.opened();
      if (session === undefined || items === undefined) return result;
      session.end();
      const { renewed, withReason } = await import("../../../execution/durable/memory/memory-host.ts");
      const again = renewed(request, session);
      if (again === undefined) return items.end(withReason(result), session.hasStream());
      next = again;
    }
  };
}

/** Collects the items of a line, which are written with its result. */
function createItems(request: ExecuteRequest) {
  const { outputBytes } = { ...DEFAULT_LIMITS, ...request.task.metadata.limits, ...request.limits };
  const texts: string[] = [];
  let bytes = 0;
  let tooMany: RatchetError | undefined;
  return {
    add([json, item, received]: [string, number, (next: number) => void], stop: () => void) {
      bytes += Buffer.byteLength(json);
      if (bytes <= outputBytes) texts.push(json);
      else if (tooMany === undefined) {
        const message = `the items of one line have more than ${formatSize(outputBytes)} together`;
        tooMany = new RatchetError("OUTPUT_LIMIT", message, { data: { limit: outputBytes } });
        stop();
      }
      received(item + 1);
    },
    end(result: ExecuteResult, hasStream: boolean): LineEnd {
      const { usage, touched } = result;
      if (tooMany !== undefined) return { status: "failed", error: tooMany, usage, touched };
      if (result.status === "failed" || !hasStream) return result;
      if (texts.length === 0 && readText(result.outputJson) !== "null") return result;
      return { ...result, outputJson: `[${texts.join(",")}]`, items: texts };
    },
  };
}
