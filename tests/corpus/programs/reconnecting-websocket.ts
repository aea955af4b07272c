import ReconnectingWebSocket from "reconnecting-websocket";

export default async function ({ url }: { url: string }) {
  const socket = new ReconnectingWebSocket(`${url.replace("http", "ws")}/echo-ws`, "echo", {
    minReconnectionDelay: 1,
    maxReconnectionDelay: 5,
  });
  socket.binaryType = "arraybuffer";
  const noted: unknown[] = [];
  // Sent as soon as it is open.
  socket.send("hello");
  await new Promise<void>((resolve) => {
    let opened = 0;
    socket.addEventListener("open", () => {
      noted.push("open", socket.protocol);
      opened += 1;
      if (opened === 2) socket.send(new Uint8Array([1, 2, 3]));
    });
    socket.addEventListener("close", ({ code, wasClean }) => noted.push(["close", code, wasClean]));
    socket.addEventListener("message", ({ data }) => {
      noted.push(typeof data === "string" ? data : [...new Uint8Array(data)]);
      // The server closes the connection, and the package opens it again.
      if (data === "hello") socket.send("close please");
      else resolve();
    });
  });
  socket.close(1000, "done");
  return { noted, retries: socket.retryCount, state: socket.readyState };
}
