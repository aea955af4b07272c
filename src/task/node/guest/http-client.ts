import EventEmitter from "node:events";
import { IncomingMessage } from "./http-message.ts";
import { type RequestOptions, requestTarget } from "./http-options.ts";
import { ClientRequest } from "./http-request.ts";

type OnResponse = (response: IncomingMessage) => void;

/** Connections are the host's, which keeps and shares them: an agent has nothing to do. */
class Agent extends EventEmitter {
  readonly options: object;
  readonly sockets = {};
  readonly freeSockets = {};
  readonly requests = {};
  maxSockets = Number.POSITIVE_INFINITY;
  maxFreeSockets = 256;
  maxTotalSockets = Number.POSITIVE_INFINITY;
  keepAlive: boolean;
  defaultPort: number;
  protocol: string;

  constructor(options: { keepAlive?: boolean } = {}, protocol = "http:") {
    super();
    this.options = options;
    this.keepAlive = options.keepAlive ?? false;
    this.protocol = protocol;
    this.defaultPort = protocol === "https:" ? 443 : 80;
  }

  getName({ host = "localhost", port = "" }: { host?: string; port?: number | string } = {}): string {
    return `${host}:${port}:`;
  }

  destroy(): void {}
}

/** Makes the client part of node:http or node:https. */
export function httpClient(protocol: "http:" | "https:") {
  class ProtocolAgent extends Agent {
    constructor(options?: { keepAlive?: boolean }) {
      super(options, protocol);
    }
  }
  const request = (first: string | URL | RequestOptions, second?: RequestOptions | OnResponse, third?: OnResponse) => {
    const onResponse = typeof second === "function" ? second : third;
    const { url, options } = requestTarget(first, typeof second === "object" ? (second ?? {}) : {}, protocol);
    return new ClientRequest(url, options, onResponse);
  };
  const get = (first: string | URL | RequestOptions, second?: RequestOptions | OnResponse, third?: OnResponse) => {
    const sent = request(first, second, third);
    sent.end();
    return sent;
  };
  return {
    request,
    get,
    Agent: ProtocolAgent,
    globalAgent: new ProtocolAgent({ keepAlive: true }),
    ClientRequest,
    IncomingMessage,
  };
}
