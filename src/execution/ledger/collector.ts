import type { HttpRequest, HttpSend } from "../../domain/http.ts";
import { MOST_IN_LEDGER, type Touched } from "../../domain/ledger.ts";
import { observeBody } from "../../http/body-reader.ts";
import { CountedCall } from "./counted-call.ts";
import { OriginUses } from "./origin-uses.ts";

/** Collects what one execution touches. It costs nothing until there is something to note. */
export class LedgerCollector {
  #origins: OriginUses | undefined;
  #secrets: Set<string> | undefined;
  #tasks: Set<string> | undefined;
  #underWay: Set<CountedCall> | undefined;

  /** Returns the outbound chain with a layer around it that notes each call. */
  observe(send: HttpSend): HttpSend {
    return async (request, signal) => {
      const call = this.#begin(request);
      try {
        return call.responded(await send(observed(request, call), signal));
      } catch (error) {
        call.failed(error);
        throw error;
      } finally {
        this.#underWay?.delete(call);
      }
    };
  }

  #begin(request: HttpRequest): CountedCall {
    this.#origins ??= new OriginUses();
    this.#underWay ??= new Set();
    const call = new CountedCall(this.#origins, request);
    this.#underWay.add(call);
    return call;
  }

  /** Notes the name of a secret that the execution has used. */
  secretUsed(name: string): void {
    this.#secrets ??= new Set();
    if (this.#secrets.size < MOST_IN_LEDGER) this.#secrets.add(name);
  }

  /** Notes the label of a task that the execution has called. */
  taskCalled(label: string): void {
    this.#tasks ??= new Set();
    if (this.#tasks.size < MOST_IN_LEDGER) this.#tasks.add(label);
  }

  /**
   * Ends the collection; a call that has no response yet counts as failed.
   * @returns undefined if the execution has touched nothing
   */
  end(): Touched | undefined {
    for (const call of this.#underWay ?? []) call.abandon();
    const origins = this.#origins?.list() ?? [];
    if (origins.length === 0 && this.#secrets === undefined && this.#tasks === undefined) return undefined;
    return { origins, secrets: [...(this.#secrets ?? [])].sort(), tasks: [...(this.#tasks ?? [])].sort() };
  }
}

function observed(request: HttpRequest, call: CountedCall): HttpRequest {
  const sent: HttpRequest = { ...request, onRedirect: (next) => call.redirected(next) };
  const { upload } = request;
  if (upload !== undefined) sent.upload = observeBody(upload, { piece: ({ byteLength }) => call.uploaded(byteLength) });
  return sent;
}
