import { GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } from "graphql";
import { makeHandler } from "graphql-ws/use/bun";

type ServiceSocket = Bun.ServerWebSocket<{ service: string }>;

/** The WebSockets of the corpus server, by the first segment of the path. */
const SERVICES: Readonly<Record<string, Bun.WebSocketHandler<{ service: string }>>> = {
  "echo-ws": {
    message(socket, message) {
      if (message === "close please") socket.close(1012, "again");
      else socket.send(message);
    },
  },
  "graphql-ws": makeHandler({ schema: schema() }) as unknown as Bun.WebSocketHandler<{ service: string }>,
  "socket.io": { open: openEngine, message: socketIo },
};

/** The subprotocol that each service speaks. */
const PROTOCOLS: Readonly<Record<string, string>> = { "echo-ws": "echo", "graphql-ws": "graphql-transport-ws" };

/** Turns a request into a WebSocket. @returns false if it asks for none, or the path has no service */
export function upgrade(request: Request, server: Bun.Server<{ service: string }>): boolean {
  const service = new URL(request.url).pathname.split("/")[1] ?? "";
  if (SERVICES[service] === undefined || request.headers.get("upgrade") !== "websocket") return false;
  const protocol = PROTOCOLS[service];
  return server.upgrade(request, {
    data: { service },
    ...(protocol !== undefined && { headers: { "Sec-WebSocket-Protocol": protocol } }),
  });
}

/** Passes each event on to the socket's service. */
export const socketServices: Bun.WebSocketHandler<{ service: string }> = {
  open: (socket) => SERVICES[socket.data.service]?.open?.(socket),
  message: (socket, message) => SERVICES[socket.data.service]?.message?.(socket, message),
  close: (socket, code, reason) => SERVICES[socket.data.service]?.close?.(socket, code, reason),
};

function schema(): GraphQLSchema {
  const fields = { hello: { type: GraphQLString, resolve: () => "Hello over a WebSocket" } };
  async function* countdown(_: unknown, { from }: { from: number }) {
    for (let i = from; i >= 0; i--) yield { countdown: i };
  }
  const args = { from: { type: new GraphQLNonNull(GraphQLInt) } };
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: "Query", fields }),
    subscription: new GraphQLObjectType({
      name: "Subscription",
      fields: { countdown: { type: GraphQLInt, args, subscribe: countdown } },
    }),
  });
}

/** The handshake of Engine.IO 4. */
function openEngine(socket: ServiceSocket): void {
  const open = { sid: "engine-1", upgrades: [], pingInterval: 25_000, pingTimeout: 20_000, maxPayload: 1_000_000 };
  socket.send(`0${JSON.stringify(open)}`);
}

/** The packets of Socket.IO 5 that the program sends. */
function socketIo(socket: ServiceSocket, message: string | Buffer): void {
  const text = String(message);
  if (text === "40") return void socket.send(`40${JSON.stringify({ sid: "socket-1" })}`);
  const [, acknowledgement = "", json = "[]"] = /^42(\d*)(\[.*)$/.exec(text) ?? [];
  const [event, ...values] = JSON.parse(json) as unknown[];
  if (event === "greet") socket.send(`42${JSON.stringify(["greeting", "hello", ...values])}`);
  if (event === "ask") socket.send(`43${acknowledgement}${JSON.stringify(["the answer is", ...values])}`);
}
