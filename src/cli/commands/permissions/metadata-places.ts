import { existsSync } from "node:fs";
import { join } from "node:path";
import { linePosition } from "../../../lib/json-text.ts";

/** Where a part of a task's metadata is written. */
export interface MetadataPlace {
  file: string;
  /** Null if the metadata is in an archive or in a program. */
  line: number | null;
}

/** Returns the place of a part of the metadata, by the names and indexes that lead there. */
export type FindPlace = (...path: (string | number)[]) => MetadataPlace;

/** Reads the places in the metadata of a task. @param origin where the task is, as the user named it */
export async function metadataPlaces(origin: string): Promise<FindPlace> {
  const file = join(origin, "metadata.json");
  if (!existsSync(file)) return () => ({ file: origin, line: null });
  const [text, { findNodeAtLocation, parseTree }] = await Promise.all([Bun.file(file).text(), import("jsonc-parser")]);
  const root = parseTree(text);
  return (...path) => {
    const node = root && findNodeAtLocation(root, path);
    return { file, line: node === undefined ? null : linePosition(text, node.offset).line };
  };
}
