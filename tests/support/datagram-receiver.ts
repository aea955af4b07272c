/** Receives datagrams at a Unix socket, which Bun can't. */
export interface DatagramReceiver extends AsyncDisposable {
  /** What has arrived so far, in order. */
  readonly received: readonly string[];
}

const PYTHON = Bun.which("python3");

/** Whether {@link receiveDatagrams} works here: it needs Linux and Python. */
export const CAN_RECEIVE_DATAGRAMS = PYTHON !== null && process.platform === "linux";

const PROGRAM = `import socket, sys
address = sys.argv[1]
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind("\\0" + address[1:] if address.startswith("@") else address)
print("bound", flush=True)
while True:
    print(receiver.recv(4096).decode(), flush=True)
`;

/** Starts to receive. @param address a path, or a name in the abstract namespace that begins with `@` */
export async function receiveDatagrams(address: string): Promise<DatagramReceiver> {
  const child = Bun.spawn([PYTHON ?? "", "-c", PROGRAM, address], { stdin: "ignore", stdout: "pipe" });
  const bound = Promise.withResolvers<void>();
  const received: string[] = [];
  void (async () => {
    let rest = "";
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "bound") bound.resolve();
        else received.push(line);
      }
    }
    bound.reject(new Error("the receiver ended"));
  })();
  await bound.promise;
  bound.promise.catch(() => {});
  return {
    received,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
