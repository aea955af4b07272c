import type { HttpSend } from "../../domain/http.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Journal, KeptRecording } from "../../domain/recording.ts";
import type { SecretValues } from "../../domain/secret.ts";
import { readText, type ShareableText } from "../../domain/shared-text.ts";
import type { TaskDefinition } from "../../domain/task.ts";
import { UTC } from "../../domain/time-zone.ts";
import { type HttpExchange, recordHttp } from "../../http/record-http.ts";
import { formatSize } from "../../lib/size.ts";
import type { DurableSession } from "../../sandbox/executor.ts";
import { createSecretMasker } from "../../secrets/masking/secret-masker.ts";
import { type ExecuteRequest, executeRun, type RunResult } from "../execute.ts";
import { withEndedTexts } from "../secrets/mask-error.ts";
import type { RecordingBudget } from "./recording-budget.ts";
import { sessionFiles } from "./session-files.ts";
import { createTrace, type Trace } from "./trace.ts";

/** Which executions a server records. */
export const RECORD_MODES = ["all", "failed", "none"] as const;

/** How a server records executions. */
export interface ServerRecording {
  mode: (typeof RECORD_MODES)[number];
  /** The most that is recorded of one execution, in bytes. */
  maxBytes: number;
  /** The memory of all recordings that are under way. */
  budget: RecordingBudget;
}

/** What is recorded besides the request. */
export interface RecordedCircumstances {
  inputJson: ShareableText;
  /** Values of secrets, which are masked. */
  known: SecretValues;
  /** The stored input lacks secrets, so that nothing can be derived from it later. */
  hasHiddenInput: boolean;
}

/** A longer journal of clock and randomness is dropped, bytes. */
const MAX_JOURNAL_BYTES = 256 * 1024;

const IS_RUN = "It uses durable methods: the journal of the run says what they did.";

/** What a request takes besides its body and texts, bytes. */
const EXCHANGE_BYTES = 512;

/**
 * Executes a task and records what a replay needs. An execution that could be replayed from what is stored anyway leaves
 * nothing.
 */
export async function executeRecorded(
  request: ExecuteRequest,
  recording: ServerRecording,
  circumstances: RecordedCircumstances,
): Promise<{ result: RunResult; recording: KeptRecording | undefined }> {
  const recorder = new ServerRecorder(recording, request, circumstances);
  try {
    const result = await executeRun({
      ...request,
      durable: request.durable && recorder.withoutRun(request.durable),
      http: recorder.http(request.http),
      maxJournalBytes: MAX_JOURNAL_BYTES,
      onJournal: (journal) => {
        recorder.journal = journal;
      },
    });
    return { result, recording: await recorder.finish(result) };
  } finally {
    recorder.release();
  }
}

class ServerRecorder {
  journal: Journal | undefined;
  readonly #startedAt = Date.now();
  #exchanges: HttpExchange[] = [];
  #trace: Trace | undefined;
  #bytes = 0;
  #dropped: string | undefined;

  constructor(
    private readonly recording: ServerRecording,
    private readonly request: ExecuteRequest,
    private readonly circumstances: RecordedCircumstances,
  ) {}

  /** The layer around the outbound chain. It costs nothing until there is a call. */
  http(next: HttpSend): HttpSend {
    let recorded: HttpSend | undefined;
    return (request, signal) => {
      recorded ??= recordHttp(next, {
        admit: (bytes) => this.#admit(bytes),
        started: (exchange, index) => {
          this.#exchanges.push(exchange);
          this.#trace ??= createTrace();
          this.#trace.fetchStarted(exchange, index);
        },
        ended: (exchange, index) => this.#trace?.fetchEnded(exchange, index),
      });
      const { url, headers, body } = request;
      const head = headers.reduce((sum, [name, value]) => sum + name.length + value.length, url.length);
      return this.#admit(EXCHANGE_BYTES + head + (body?.byteLength ?? 0))
        ? recorded(request, signal)
        : next(request, signal);
    };
  }

  /** A run has its journal, and is not recorded besides. */
  withoutRun(session: DurableSession): DurableSession {
    if (session.start.recorded !== undefined) this.#drop(IS_RUN);
    return {
      start: session.start,
      attach: (send) => session.attach(send),
      receive: (message, seed) => {
        if (this.#dropped === undefined) this.#drop(IS_RUN);
        session.receive(message, seed);
      },
    };
  }

  #admit(bytes: number): boolean {
    if (this.#dropped !== undefined) return false;
    if (this.#bytes + bytes > this.recording.maxBytes) {
      return this.#drop(`It has more than ${formatSize(this.recording.maxBytes)}: see execution.record_max_size.`);
    }
    if (!this.recording.budget.take(bytes)) {
      return this.#drop("The recordings that were under way at that time had no more memory.");
    }
    this.#bytes += bytes;
    return true;
  }

  #drop(reason: string): false {
    this.#dropped = reason;
    this.release();
    return false;
  }

  /** Releases its memory. */
  release(): void {
    this.recording.budget.release(this.#bytes);
    this.#bytes = 0;
    this.#exchanges = [];
  }

  async finish(result: RunResult): Promise<KeptRecording | undefined> {
    if (result.status === "asleep") return undefined;
    if (this.#dropped === IS_RUN) return dropped(IS_RUN);
    const isFailed = result.status === "failed";
    if (isFailed && result.error.code === "CANCELLED") return undefined;
    if (this.recording.mode === "failed" && !isFailed) return dropped("Only failed executions are recorded.");
    const { inputJson, known, hasHiddenInput } = this.circumstances;
    const isDerivable =
      !isFailed &&
      this.#exchanges.length === 0 &&
      this.journal === undefined &&
      !hasHiddenInput &&
      this.#dropped === undefined;
    if (isDerivable) return undefined;
    if (!this.#admit(sizeOf(inputJson) + (isFailed ? 0 : sizeOf(result.outputJson)))) return dropped(this.#dropped);
    const { task, secrets = {}, limits = {}, executionId = "", attempt = 1 } = this.request;
    const files = await sessionFiles(
      {
        task,
        input: JSON.parse(readText(inputJson)) as JsonValue,
        limits,
        secrets,
        known,
        executionId,
        attempt,
        startedAt: this.#startedAt,
        exchanges: this.#exchanges,
        trace: this.#trace ?? createTrace(),
        journal: this.journal ?? emptyJournal(this.#startedAt, task),
      },
      isFailed && known.size > 0
        ? { ...result, error: withEndedTexts(result.error, createSecretMasker(known)) }
        : result,
      { indent: 0 },
    );
    return { content: Bun.zstdCompressSync(JSON.stringify(files), { level: 1 }), reason: null };
  }
}

/** The journal of an execution that has read neither the clock nor randomness. */
export function emptyJournal(startedAt: number, { metadata }: Pick<TaskDefinition, "metadata">): Journal {
  const { timezone = UTC } = metadata;
  const nothing = { clock: [], random: [], hostTexts: [], deliveries: [] };
  return { seed: "0000000000000001", startedAt, timeZone: timezone, ...nothing };
}

function dropped(reason = "It could not be kept."): KeptRecording {
  return { content: null, reason };
}

const sizeOf = (text: ShareableText): number => (typeof text === "string" ? text.length : text.utf8.byteLength);
