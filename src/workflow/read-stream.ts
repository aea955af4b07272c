import type { DurableEvent, DurableResult } from "../domain/durable.ts";
import type { TaskDefinition } from "../domain/task.ts";
import { toRatchetError } from "../domain/unknown-error.ts";
import { checkedRows } from "../execution/durable/checked-rows.ts";
import { durableFailure } from "../execution/durable/failures.ts";
import { resultOf } from "../execution/durable/memory/row-reading.ts";
import { READ_LIMIT } from "../execution/durable/memory/step-stream.ts";
import { failed } from "../execution/durable/results.ts";
import { sourceFailed, streamUnavailable } from "../execution/durable/stream-failures.ts";
import type { ClaimedJob } from "../store/contract/jobs.ts";
import type { StreamPart } from "../store/contract/run-streams.ts";
import { callResult } from "./child-results.ts";
import type { RunHostOptions } from "./run-host-options.ts";
import type { RunJournal } from "./run-journal.ts";

/** What the stream that is the input of a run is read with. */
export interface ReadStreamHost {
  options: RunHostOptions;
  claimed: ClaimedJob;
  task: () => TaskDefinition;
  /** Tells the guest something. */
  post: (event: DurableEvent) => void;
  journal: RunJournal;
}

/** The stream of another job that is the input of a run. The guest says by number what it wants, so nothing is recorded. */
export class ReadStream {
  /** The number of the item that the guest waits for. */
  #wanted: number | undefined;
  /** How many items the guest has done with, and how many of them the store knows. */
  #taken = 0;
  #kept = 0;
  /** Bytes of items that the guest got since. */
  #bytes = 0;
  #sourceId = 0;
  #looking = false;
  #again = false;
  #forget: (() => void) | undefined;
  #isClosed = false;

  constructor(private readonly host: ReadStreamHost) {}

  /** Is the input of the run a stream? */
  get isInput(): boolean {
    return this.host.claimed.job.stream?.rows !== undefined;
  }

  /** The guest asks for the items from this number on. It has done with those before. */
  read(from: number): void {
    if (!this.isInput) return;
    this.#wanted = from;
    this.#taken = Math.max(this.#taken, from);
    const { items, bytes } = READ_LIMIT;
    if (this.#taken - this.#kept >= items || this.#bytes >= bytes) this.#keep().catch(this.host.options.onError);
    this.#look();
  }

  /** The guest wants no more. A job that may be tried again may still read them all. */
  stop(): void {
    const { claimed, options, journal } = this.host;
    if (!this.isInput || claimed.job.maxRetries !== 0) return;
    journal.write([{ type: "stopReading" }]).then(() => options.streams.tell(this.#sourceId), options.onError);
  }

  /** Stores how far the guest is, which goes to sleep. */
  async rest(): Promise<void> {
    if (this.isInput) await this.#keep();
  }

  close(): void {
    this.#isClosed = true;
    this.#forget?.();
  }

  async #keep(): Promise<void> {
    const items = this.#taken;
    this.#kept = items;
    this.#bytes = 0;
    await this.host.journal.write([{ type: "taken", items }]);
    this.host.options.streams.tell(this.#sourceId);
  }

  #look(): void {
    this.#again = this.#looking;
    if (this.#looking || this.#wanted === undefined || this.#isClosed) return;
    this.#looking = true;
    const from = this.#wanted;
    this.#find(from)
      .catch((error) => failed(durableFailure(toRatchetError(error), undefined)))
      .then((result) => {
        this.#looking = false;
        if (result !== undefined && this.#wanted === from) {
          this.#wanted = undefined;
          this.host.post({ type: "rows", result });
        } else if (this.#again) this.#look();
      });
  }

  /** @returns undefined if there is nothing yet */
  async #find(from: number): Promise<DurableResult | undefined> {
    const { options, claimed, task } = this.host;
    const part = await options.runs.streamPart(claimed.job.id, from, READ_LIMIT);
    if (part.sourceId !== this.#sourceId) {
      this.#listen(part.sourceId);
      // Something may have happened before it listened.
      return this.#find(from);
    }
    if (part.items.length === 0) return part.end === null ? undefined : this.#endOf(part, part.end);
    const rows = await Promise.all(part.items.map((text) => options.protection.restore(text)));
    for (const json of rows) this.#bytes += json.length;
    const isLast = part.end?.status === "completed" && !part.isCut;
    const batch = { rows, end: isLast };
    const { checks } = options;
    const { source } = part;
    return resultOf(checks === undefined ? batch : await checkedRows(batch, { task: task(), source, from, checks }));
  }

  #listen(sourceId: number): void {
    const { options, claimed } = this.host;
    this.#sourceId = sourceId;
    this.#forget?.();
    options.streams.reads(claimed.job.id, sourceId);
    this.#forget = options.streams.listen(sourceId, () => this.#look());
  }

  async #endOf({ source, isCut }: StreamPart, end: NonNullable<StreamPart["end"]>): Promise<DurableResult> {
    if (end.status === "gone") return failed(streamUnavailable(source, "its job was deleted"));
    const result = callResult(end, await this.host.options.labelOf(end.taskId));
    if (!result.ok) return failed(sourceFailed(source, result.error));
    if (isCut) {
      return failed(
        streamUnavailable(source, "it was closed when nobody read it any more, so its last items may be missing"),
      );
    }
    return resultOf({ rows: [], end: true });
  }
}
