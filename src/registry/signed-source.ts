import { RatchetError } from "../domain/errors.ts";
import type { Problem } from "../domain/problem.ts";
import { toRatchetError } from "../domain/unknown-error.ts";
import { problemsOf } from "../task/failure.ts";
import { verifyTask } from "../task/signature/verify.ts";
import type { Source, SourceContent, SourceEntry } from "./source.ts";

/** What was found out about one entry: why it is refused, if it is. */
type Verdict = RatchetError | "trusted";

/**
 * Returns a source that offers only the tasks that a trusted key has signed; the others are problems. What is checked here
 * is what runs later, because a task only runs if its files have the checksum that they had here.
 */
export function signedSource(source: Source, trustedKeys: readonly string[]): Source {
  let verdicts = new WeakMap<SourceEntry, Verdict>();
  let last: { of: SourceContent; checked: SourceContent } | undefined;
  let refused = new Map<string, RatchetError>();

  async function check(content: SourceContent): Promise<SourceContent> {
    // The same content means that nothing has changed.
    if (last?.of === content) return last.checked;
    const known = new WeakMap<SourceEntry, Verdict>();
    const reasons = new Map<string, RatchetError>();
    const entries: SourceEntry[] = [];
    const problems: Problem[] = [];
    for (const entry of content.entries) {
      const verdict = verdicts.get(entry) ?? (await verdictOf(entry, trustedKeys));
      known.set(entry, verdict);
      if (verdict === "trusted") entries.push(entry);
      else {
        reasons.set(entry.version.uuid, verdict);
        problems.push(...problemsOf(entry.version.origin, verdict));
      }
    }
    verdicts = known;
    refused = reasons;
    const checked = { ...content, entries, problems: [...content.problems, ...problems] };
    last = { of: content, checked };
    return checked;
  }

  const { loadCopy } = source;
  const signed: Source = {
    ...source,
    scan: async (signal) => check(await source.scan(signal)),
    refusal: (uuid) => refused.get(uuid),
  };
  if (loadCopy !== undefined) {
    signed.loadCopy = async () => {
      const copy = await loadCopy();
      return copy && (await check(copy));
    };
  }
  return signed;
}

async function verdictOf({ version, load }: SourceEntry, trustedKeys: readonly string[]): Promise<Verdict> {
  try {
    const { files, task } = await load();
    if ((await task.checksum()) !== version.checksum) {
      throw new RatchetError("TASK_UNREADABLE", `The files of ${version.origin} changed while they were checked.`);
    }
    await verifyTask(files, trustedKeys);
    return "trusted";
  } catch (error) {
    return toRatchetError(error);
  }
}
