/** A `ratchet serve` under way, with pipes for what it writes. */
export type Serving = Bun.Subprocess<"ignore", "pipe", "pipe">;

/**
 * The address a server announces. What it writes from then on is read and dropped, so that it never waits for a reader.
 * @throws {Error} with what it wrote, when it ends instead
 */
export async function readyUrl(child: Serving): Promise<string> {
  const output = child.stdout.getReader();
  const decoder = new TextDecoder();
  let written = "";
  for (;;) {
    const { done, value } = await output.read();
    if (done) throw new Error(`serve ended: ${written}${await child.stderr.text()}`);
    written += decoder.decode(value, { stream: true });
    const url = /"url":"([^"]+)"/.exec(written)?.[1];
    if (url === undefined) continue;
    void (async () => {
      while (!(await output.read()).done);
    })();
    return url;
  }
}
