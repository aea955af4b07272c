import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import archivePath from "../../../dist/generated/dashboard.archive" with { type: "file" };
import { acceptsCoding } from "../http/accepts-coding.ts";
import { HttpError } from "../http/http-error.ts";

/** The index of the archive, as src/dashboard/build/prepare.ts writes it. */
interface ArchiveIndex {
  script: string;
  theme: string;
  style: string;
  files: Readonly<Record<string, { at: number; length: number }>>;
}

/** The files of the dashboard. */
export interface DashboardFiles {
  /** Names of the files that every page loads. */
  names(): Pick<ArchiveIndex, "script" | "theme" | "style">;
  /** Responds with a file by its name. @throws {HttpError} 404 if no file has this name */
  respond(name: string, request: Request): Response;
}

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
};

/** Names contain a hash of the content, so that what a browser has is never out of date. */
const FOREVER = "public, max-age=31536000, immutable";

/** Creates access to the files of the dashboard. The archive is read when the first one is asked for, and kept: it is small. */
export function createDashboardFiles(): DashboardFiles {
  let archive: { index: ArchiveIndex; files: Uint8Array } | undefined;
  const open = () => {
    archive ??= readArchive();
    return archive;
  };
  return {
    names: () => open().index,
    respond(name, request) {
      const { index, files } = open();
      const place = Object.hasOwn(index.files, name) ? index.files[name] : undefined;
      if (place === undefined) {
        const message = `The dashboard has no file ${JSON.stringify(name.slice(0, 100))}.`;
        throw new HttpError(404, "ROUTE_NOT_FOUND", message, { remedy: "Reload the page: the server has changed." });
      }
      const bytes = files.slice(place.at, place.at + place.length);
      const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
      const headers = { "content-type": type, "cache-control": FOREVER, vary: "accept-encoding" };
      if (!acceptsCoding(request, "gzip")) return new Response(gunzipSync(bytes), { headers });
      return new Response(bytes, { headers: { ...headers, "content-encoding": "gzip" } });
    },
  };
}

/** Reads the length of the index in decimal digits, a line feed, the index as JSON, and the files. */
function readArchive() {
  const bytes = readFileSync(archivePath);
  const head = bytes.indexOf("\n") + 1;
  const start = head + Number(bytes.toString("latin1", 0, head - 1));
  const index = JSON.parse(bytes.toString("utf8", head, start)) as ArchiveIndex;
  return { index, files: new Uint8Array(bytes.subarray(start)) };
}
