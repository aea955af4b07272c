import { EMBEDDED_NAME } from "../config/registry-sources.ts";
import { HEARTBEAT } from "./heartbeat.ts";
import type { Source } from "./source.ts";
import { describeTask, memoryFiles, readContent } from "./task-content.ts";

/** Tasks that are part of the executable, by folder. */
const TASKS: Readonly<Record<string, Readonly<Record<string, string>>>> = { heartbeat: HEARTBEAT };

/** Creates the source with the tasks that are part of the executable. */
export function createEmbeddedSource(): Source {
  return {
    definition: {
      name: EMBEDDED_NAME,
      uri: "embedded:",
      place: { kind: "file", path: "embedded:" },
      watch: false,
      refreshMs: 0,
    },
    remote: false,
    async scan() {
      const entries = await Promise.all(
        Object.entries(TASKS).map(async ([folder, contents]) => {
          const files = filesOf(folder, contents);
          const { version } = await describeTask(files);
          return { version, load: () => readContent(files) };
        }),
      );
      return { kind: "embedded", revision: null, entries, problems: [] };
    },
  };
}

function filesOf(folder: string, contents: Readonly<Record<string, string>>) {
  const origin = `embedded:${folder}`;
  const encoder = new TextEncoder();
  const bytes = Object.entries(contents).map(([name, text]): [string, Uint8Array] => [name, encoder.encode(text)]);
  return memoryFiles({ origin, name: (path) => `${origin}/${path}` }, new Map(bytes));
}
