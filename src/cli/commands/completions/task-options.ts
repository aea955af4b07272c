import { RatchetError } from "../../../domain/errors.ts";
import { firstWordAt } from "../../framework/strict-arguments.ts";
import { findOption } from "../run/find-option.ts";
import { listOptions } from "../run/listed-options.ts";
import { kindOf } from "../run/option-value.ts";
import { RUN_OPTIONS } from "../run/options.ts";
import { optionsOwner } from "../run/options-owner.ts";
import { choicesOf, defaultOf, itemsOf, type OptionSchema, schemasAt } from "../run/schema-lookup.ts";
import { optionDescription } from "../run/task-help.ts";
import { loadRunnable } from "../run-once/load-runnable.ts";

/**
 * Names and values that mean the same to every shell. Others are left out: the schema may be a stranger's, and no word of
 * it may become a command.
 */
const PLAIN = /^[\p{L}\p{N}_@%+:,./-]+$/u;

/**
 * Returns what can follow on a command line that runs a task, one offer per line with a tab before its description: the
 * options of the task, or the values of the option before. Nothing at all means any text.
 * @param words what follows `ratchet run`, up to the word that is completed
 * @throws {RatchetError} USAGE while the line has no path yet; when the task can't be loaded
 */
export async function taskOptionLines(words: readonly string[]): Promise<string> {
  const at = firstWordAt(RUN_OPTIONS, words);
  const path = words[at];
  if (path === undefined || path === "-") {
    throw new RatchetError("USAGE", "completions: there is no path of a task among the words.", {
      remedy: "Write what follows `ratchet run`: `ratchet completions task PATH`.",
    });
  }
  const { schema } = await optionsOwner(await loadRunnable({ "from-fs": path, task: undefined }), `run ${path}`);
  if (schema === undefined) return "";
  const values = valuesAfter(words.slice(at + 1).at(-1), schema);
  return (values ?? optionOffers(schema))
    .filter(([text]) => PLAIN.test(text))
    .map(([text, description]) => `${text}\t${description}\n`)
    .join("");
}

type Offer = readonly [text: string, description: string];

function optionOffers(schema: OptionSchema): Offer[] {
  return listOptions(schema).flatMap((one): Offer[] => {
    const offer: Offer = [`--${one.name}`, optionDescription(one)];
    if (kindOf(one.option) !== "flag" || defaultOf(one.option) !== true) return [offer];
    return [offer, [`--no-${one.name}`, `Switch --${one.name} off.`]];
  });
}

/** Returns the values of an option that waits for one; undefined if the word before is something else. */
function valuesAfter(word: string | undefined, schema: OptionSchema): Offer[] | undefined {
  if (word === undefined || !word.startsWith("--") || word.includes("=")) return undefined;
  const option = findOption(schema, word.slice(2))?.option;
  if (option === undefined || kindOf(option) === "flag") return undefined;
  const choices = schemasAt(kindOf(option) === "list" ? itemsOf(option) : option).flatMap(choicesOf);
  return choices.map((choice) => [typeof choice === "string" ? choice : JSON.stringify(choice), ""]);
}
