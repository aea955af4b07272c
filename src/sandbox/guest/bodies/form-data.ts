import { makePairIterable, needArguments, shapeInterface } from "../interface.ts";
import { toUsvString } from "../pairs.ts";
import { type Blob, blobBytes, type File, isBlob, isFile, makeFile } from "./blob.ts";

/** https://xhr.spec.whatwg.org/#concept-formdata-entry */
export type FormEntry = [name: string, value: string | File];

/** https://xhr.spec.whatwg.org/#interface-formdata */
export class FormData {
  #entries: FormEntry[] = [];

  constructor(form: unknown = undefined) {
    if (form !== undefined) throw new TypeError("a FormData can't be made of a form, because there are no forms here");
  }

  append(...given: unknown[]): void {
    needArguments(given, 2, "FormData.append");
    this.#entries.push(toEntry(given));
  }

  delete(...given: unknown[]): void {
    needArguments(given, 1, "FormData.delete");
    const wanted = toUsvString(given[0], "a name");
    this.#entries = this.#entries.filter(([name]) => name !== wanted);
  }

  get(...given: unknown[]): string | File | null {
    needArguments(given, 1, "FormData.get");
    const wanted = toUsvString(given[0], "a name");
    return this.#entries.find(([name]) => name === wanted)?.[1] ?? null;
  }

  getAll(...given: unknown[]): (string | File)[] {
    needArguments(given, 1, "FormData.getAll");
    const wanted = toUsvString(given[0], "a name");
    return this.#entries.filter(([name]) => name === wanted).map(([, value]) => value);
  }

  has(...given: unknown[]): boolean {
    needArguments(given, 1, "FormData.has");
    const wanted = toUsvString(given[0], "a name");
    return this.#entries.some(([name]) => name === wanted);
  }

  set(...given: unknown[]): void {
    needArguments(given, 2, "FormData.set");
    const entry = toEntry(given);
    const first = this.#entries.findIndex(([name]) => name === entry[0]);
    if (first < 0) this.#entries.push(entry);
    else
      this.#entries = this.#entries.flatMap((each, at) =>
        at === first ? [entry] : each[0] === entry[0] ? [] : [each],
      );
  }

  /** Not part of the public interface, like the one below: see {@link installFormData}. */
  static entriesOf(data: FormData): FormEntry[] {
    return data.#entries;
  }

  static is(value: unknown): value is FormData {
    return typeof value === "object" && value !== null && #entries in value;
  }
}

/** Returns the entries of a FormData. */
export const formEntries = FormData.entriesOf;
/** Is a value a FormData, whatever its prototype is? */
export const isFormData = FormData.is;

/** https://xhr.spec.whatwg.org/#create-an-entry */
function toEntry(given: readonly unknown[]): FormEntry {
  const name = toUsvString(given[0], "a name");
  const [, value, fileName] = given;
  if (!isBlob(value)) {
    if (given.length > 2) throw new TypeError("a value with a file name must be a Blob");
    return [name, toUsvString(value, "a value")];
  }
  if (fileName === undefined && isFile(value)) return [name, value];
  const text = fileName === undefined ? "blob" : toUsvString(fileName, "a file name");
  return [name, makeFile(blobBytes(value), text, typeOf(value), isFile(value) ? value.lastModified : undefined)];
}

function typeOf(blob: Blob): string {
  return blob.type;
}

/** Gives the class the shape of an interface. */
export function installFormData(): void {
  for (const name of ["entriesOf", "is"]) Reflect.deleteProperty(FormData, name);
  shapeInterface(FormData, "FormData", { append: 2, delete: 1, get: 1, getAll: 1, has: 1, set: 2 });
  makePairIterable(FormData, formEntries);
}
