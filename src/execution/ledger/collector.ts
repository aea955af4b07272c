import type { HttpRequest, HttpSend } from "../../domain/http.ts";
import { MOST_IN_LEDGER, type Touched } from "../../domain/ledger.ts";
import { observeBody } from "../../lib/observe-body.ts";
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
   * @param secretValues secrets of the execution: a task could have made them a part of a host name
   * @returns undefined if the execution has touched nothing
   */
  end(secretValues: readonly string[] = []): Touched | undefined {
    for (const call of this.#underWay ?? []) call.abandon();
    const origins = this.#origins?.list() ?? [];
    for (const use of origins) use.origin = withoutSecrets(use.origin, secretValues);
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

/** Shorter values are too likely to be a part of something else, in characters. */
const SHORTEST_SECRET = 8;

/** Hosts are in lower case, whatever the task wrote. */
function withoutSecrets(origin: string, values: readonly string[]): string {
  let masked = origin;
  for (const value of values) {
    if (value.length >= SHORTEST_SECRET) masked = masked.replaceAll(value.toLowerCase(), "***");
  }
  return masked;
}
