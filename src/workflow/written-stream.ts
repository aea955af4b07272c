import type { DurableEvent, DurableMessage } from "../domain/durable.ts";
import type { ClaimedJob } from "../store/contract/jobs.ts";
import type { RunHostOptions } from "./run-host-options.ts";
import type { RunJournal } from "./run-journal.ts";

/** What the stream of a run is written with. */
export interface WrittenStreamHost {
  options: Pick<RunHostOptions, "runs" | "streams" | "onError">;
  claimed: ClaimedJob;
  journal: RunJournal;
  /** Tells the guest something. */
  post: (event: DurableEvent) => void;
  /** The job is no longer this worker's. */
  onLost: () => void;
}

/** The stream of a run, which waits for the jobs that read it, if there are any. */
export class WrittenStream {
  #items = 0;
  /** What the guest was told last. */
  #told = 0;
  #isUnread = false;
  /** It looks now, and whether it has to once more. */
  #looking = false;
  #again = false;
  #forget: (() => void) | undefined;

  constructor(private readonly host: WrittenStreamHost) {}

  /** Do jobs read it? */
  get isRead(): boolean {
    return this.host.claimed.job.stream?.readers !== undefined;
  }

  /** The guest listens. */
  attach(): void {
    if (!this.isRead) return;
    const { options, claimed } = this.host;
    this.#forget ??= options.streams.listen(claimed.job.id, () => this.#look());
    this.#look();
  }

  /** The guest writes an item. Resolves when it is stored. */
  async write({ item, json, readings }: Extract<DurableMessage, { type: "write" }>): Promise<void> {
    const { journal, onLost } = this.host;
    const { owned } = await journal.write([{ type: "item", item, text: await journal.protect(json) }], readings);
    if (owned) this.#stored(item + 1);
    else onLost();
  }

  #stored(next: number): void {
    if (!this.isRead) return this.host.post({ type: "room", next });
    this.#items = Math.max(this.#items, next);
    this.host.options.streams.tell(this.host.claimed.job.id);
  }

  close(): void {
    this.#forget?.();
  }

  /** Finds out what those who read have done with. */
  #look(): void {
    this.#again = this.#looking;
    if (this.#looking) return;
    this.#looking = true;
    const { options, claimed, post } = this.host;
    options.runs
      .streamUse(claimed.job.id)
      .then(({ taken, isUnread }) => {
        const next = taken ?? this.#items;
        if (isUnread && !this.#isUnread) post({ type: "unread" });
        else if (!isUnread && next > this.#told) post({ type: "room", next });
        this.#isUnread = isUnread;
        this.#told = Math.max(this.#told, next);
      })
      .catch(options.onError)
      .finally(() => {
        this.#looking = false;
        if (this.#again) this.#look();
      });
  }
}
