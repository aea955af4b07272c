import { RatchetError } from "../../domain/errors.ts";
import type { ExecutionDetail } from "../../domain/execution-record.ts";
import type { JsonValue } from "../../domain/json.ts";
import { noRecording } from "../../domain/not-found.ts";
import { readText } from "../../domain/shared-text.ts";
import { SESSION_FILES } from "../../execution/recording/recorded-session.ts";
import type { SessionTexts } from "../../execution/recording/recording-of-files.ts";
import { hasStandIn } from "../../secrets/masking/stored-input.ts";
import type { ServiceDependencies } from "../dependencies.ts";

/** What {@link recordingFiles} needs. */
export type RecordingSources = Pick<ServiceDependencies, "store" | "registry" | "config" | "caps">;

/**
 * Returns the files of an execution's recording. An execution that called nothing and read neither clock nor randomness
 * was not recorded: its recording follows from what is stored of it.
 * @throws {RatchetError} RECORDING_NOT_FOUND with the reason
 */
export async function recordingFiles(deps: RecordingSources, execution: ExecutionDetail): Promise<SessionTexts> {
  const { id, status } = execution;
  const kept = await deps.store.executions.recording(id);
  if (kept?.content != null) return JSON.parse(Bun.zstdDecompressSync(kept.content).toString("utf8")) as SessionTexts;
  if (kept != null) throw noRecording(id, kept.reason ?? "It was dropped.");
  if (status === "pending" || status === "running") {
    throw noRecording(id, "The execution has not ended.", "Wait until it has ended.");
  }
  if (status === "cancelled") {
    throw noRecording(id, "The execution was cancelled.", "Run it again, and let it end: a replay can't be cut short.");
  }
  if (deps.config?.values["execution.record"] === "none")
    throw noRecording(id, "The setting execution.record says that nothing is recorded.");
  const isDerivable = status === "completed" && execution.fetchCount === 0 && !hasStandIn(execution.inputJson);
  if (!isDerivable) throw noRecording(id, "It was not recorded when it ran.");
  return derivedFiles(deps, execution);
}

async function derivedFiles(
  { store, registry, caps }: RecordingSources,
  execution: ExecutionDetail,
): Promise<SessionTexts> {
  const { id, taskId, version, attempt, inputJson, outputJson, createdAt } = execution;
  const record = await store.tasks.get(taskId);
  if (record === undefined || outputJson === null) throw noRecording(id, "Its task is gone.");
  const opened = await registry.open(record.uuid, version).catch((error: unknown) => {
    const isGone = error instanceof RatchetError;
    if (isGone) throw noRecording(id, `Version ${version} of its task can't be loaded any more.`);
    throw error;
  });
  const { task } = opened;
  const [{ sessionFiles }, { emptyJournal }, { createTrace }, { cappedLimits }] = await Promise.all([
    import("../../execution/recording/session-files.ts"),
    import("../../execution/recording/server-recorder.ts"),
    import("../../execution/recording/trace.ts"),
    import("../../task/limit-caps.ts"),
  ]);
  const startedAt = execution.startedAt ?? createdAt;
  const usage = {
    durationMs: execution.durationMs ?? 0,
    cpuMs: execution.cpuMs ?? 0,
    peakMemoryBytes: execution.peakMemoryBytes ?? 0,
    fetchCount: 0,
    fetchBytes: 0,
  };
  return sessionFiles(
    {
      task,
      input: JSON.parse(readText(inputJson)) as JsonValue,
      limits: caps === undefined ? {} : cappedLimits(task.metadata.limits, caps),
      secrets: {},
      executionId: String(id),
      attempt,
      startedAt,
      exchanges: [],
      trace: createTrace(),
      journal: emptyJournal(startedAt, task),
    },
    { status: "completed", outputJson, usage },
  );
}

/** Files that are stored without line breaks. The others are as they are stored. */
const READABLE: ReadonlySet<string> = new Set([SESSION_FILES.har, SESSION_FILES.environment]);

const indented = (json: string): string => `${JSON.stringify(JSON.parse(json), null, 2)}\n`;

/** Packs the files of a recording, in a folder as `run-once --record` names it. */
export async function recordingArchive(files: SessionTexts, folder: string): Promise<Uint8Array> {
  const { default: JSZip } = await import("jszip");
  const zip = new JSZip();
  for (const [name, text] of Object.entries(files)) {
    zip.file(`${folder}/${name}`, READABLE.has(name) ? indented(text) : text, {
      createFolders: false,
      unixPermissions: 0o600,
    });
  }
  return zip.generateAsync({ type: "uint8array", platform: "UNIX", compression: "DEFLATE" });
}
