import { resolve } from "node:path";
import type { CompiledForms, Program } from "../../domain/task.ts";
import { type BuildInfo, buildInfo } from "../../lib/build-info.ts";
import type { ImportableFiles } from "../program/package-manifests.ts";
import type { TaskFiles } from "../task-files.ts";
import { type KeptFilesOptions, openKeptFiles } from "./kept-files.ts";
import { type Manifest, parseManifest, verify } from "./manifest.ts";
import { hashOf, recordReads } from "./recorded-reads.ts";
import { restoreProgram, storeProgram } from "./stored-program.ts";

/** A program that has to be prepared, which takes time. */
export interface UnpreparedProgram {
  files: TaskFiles;
  /** Path of the program's own file, and its text. */
  fileName: string;
  text: string;
  /** Returns what the program may import. Listing it takes time. */
  importable(): Promise<ImportableFiles>;
  /** @throws {RatchetError} if the program is not valid */
  prepare(importable: ImportableFiles): Promise<Program>;
}

/** Prepared programs of earlier runs. */
export interface PreparedPrograms {
  /**
   * Returns the prepared program, and prepares it only if it is not there or if a file that it was made from has changed.
   * @throws {RatchetError} if the program is not valid
   */
  get(program: UnpreparedProgram): Promise<Program>;
}

/** Changes when the files have another form. */
const FORMAT = 2;

/**
 * Opens the prepared programs in a folder, which are files of several kinds. A manifest says what a program was made from.
 * There is one for the place of a task and one for the text of its program, so that a copy of a task finds it too. The
 * program itself, the texts of its files, and what engines compiled it to are stored under the hash of the program.
 */
export function openPreparedPrograms(options: KeptFilesOptions, build: BuildInfo = buildInfo()): PreparedPrograms {
  const kept = openKeptFiles(options);
  const { version, commit, buildDate } = build;
  const nameOf = (kind: string, ...parts: readonly string[]) =>
    `${hashOf(JSON.stringify([FORMAT, version, commit, buildDate, ...parts]))}.${kind}`;

  function write(name: string, manifest: Manifest): void {
    kept.write(name, Buffer.from(JSON.stringify(manifest)));
  }

  function restore(name: string): Program | undefined {
    const content = kept.read(`${name}.program`);
    if (content === undefined) return undefined;
    return restoreProgram(content, { compiled: compiledForms(name), readTexts: () => kept.read(`${name}.texts`) });
  }

  /** Another build may have another engine, which can't use what this one compiles a program to. */
  function compiledForms(name: string): CompiledForms {
    return {
      read: (form, dependence = "") => kept.read(nameOf(form, name, dependence)),
      keep: (form, content, dependence = "") => kept.write(nameOf(form, name, dependence), content),
    };
  }

  function keep(manifest: Omit<Manifest, "program">, program: Program, manifestNames: readonly string[]): Program {
    const stored = storeProgram(program);
    const name = hashOf(stored.program);
    kept.write(`${name}.program`, stored.program);
    if (stored.texts !== undefined) kept.write(`${name}.texts`, stored.texts);
    for (const one of manifestNames) write(one, { ...manifest, program: name });
    return { ...program, compiled: compiledForms(name) };
  }

  return {
    async get({ files, fileName, text, importable, prepare }) {
      // Files that are only in memory have no place.
      if (files.diskPath === undefined) return prepare(await importable());
      const entry = hashOf(text);
      const byPlace = nameOf("place", resolve(files.name(fileName)));
      const names = [byPlace, nameOf("text", fileName, entry)];
      for (const name of names) {
        const content = kept.read(name);
        const manifest = content === undefined ? undefined : parseManifest(content);
        if (manifest === undefined || manifest.entry !== entry) continue;
        const current = await verify(manifest, files);
        const program = current === undefined ? undefined : restore(manifest.program);
        if (current === undefined || program === undefined) continue;
        if (current !== manifest || name !== byPlace) write(byPlace, current);
        return program;
      }
      const at = Date.now();
      const { importable: wrapped, recorded } = recordReads(await importable());
      const program = await prepare(wrapped);
      const reads = recorded();
      return reads === undefined ? program : keep({ ...reads, entry, at }, program, names);
    },
  };
}
