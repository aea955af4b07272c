import { sha256, taskFiles, zip } from "./harness.ts";

/** A web server with an index of archives, which tests change and break. */
export interface IndexServer extends Disposable {
  url: string;
  /** Adds an archive under a name, and its checksum to the index. */
  put(name: string, bytes: Uint8Array, checksum?: string): void;
  putTask(name: string, options: Parameters<typeof taskFiles>[0]): void;
  remove(name: string): void;
  /** Sets the status of every response from now on; undefined restores real responses. */
  fail(status: number | undefined): void;
  /** Replaces the text of the index; undefined restores the real one. */
  say(text: string | undefined): void;
  /** The requests so far, with path and status. */
  seen: string[];
}

export function startIndexServer(): IndexServer {
  const archives = new Map<string, { bytes: Uint8Array; checksum: string }>();
  const seen: string[] = [];
  let failure: number | undefined;
  let text: string | undefined;
  const index = () =>
    text ?? JSON.stringify({ tasks: [...archives].map(([url, { checksum }]) => ({ url, sha256: checksum })) });
  const respond = (request: Request): Response => {
    if (failure !== undefined) return new Response("no", { status: failure });
    const name = new URL(request.url).pathname.slice(1);
    if (name === "index.json") {
      const etag = `"${sha256(Buffer.from(index())).slice(0, 16)}"`;
      if (request.headers.get("if-none-match") === etag) return new Response(null, { status: 304 });
      return new Response(index(), { headers: { etag } });
    }
    const archive = archives.get(name);
    return archive === undefined ? new Response("no", { status: 404 }) : new Response(Buffer.from(archive.bytes));
  };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const response = respond(request);
      seen.push(`${new URL(request.url).pathname} ${response.status}`);
      return response;
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}/index.json`,
    put: (name, bytes, checksum = sha256(bytes)) => void archives.set(name, { bytes, checksum }),
    putTask(name, options) {
      this.put(name, zip(taskFiles(options)));
    },
    remove: (name) => void archives.delete(name),
    fail(status) {
      failure = status;
    },
    say(next) {
      text = next;
    },
    seen,
    [Symbol.dispose]: () => void server.stop(true),
  };
}
