import { join } from "node:path";

/** Scripted origins in a process of their own. */
export interface Origins {
  /** By what is special about them: see `scripted-origins.ts`. */
  urls: Record<string, string>;
  stop(): void;
}

/** Starts the scripted origins. */
export async function startOrigins(): Promise<Origins> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "scripted-origins.ts")], {
    stdin: "pipe",
    stdout: "pipe",
  });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "{}" } = await reader.read();
  return { urls: JSON.parse(value) as Record<string, string>, stop: () => child.stdin.end() };
}
