import { type Token, tokens } from "./tokens.ts";

/** The text of each file of a program, and the modules that the files can do without, as far as that is known. */
interface GuardedFiles {
  readonly sources: ReadonlyMap<string, string>;
  readonly guarded: Map<string, ReadonlySet<string>>;
}

/** Returns the modules that a file of a program can do without. See {@link guardedRequires}. */
export function guardedRequiresOf({ sources, guarded }: GuardedFiles, path: string): ReadonlySet<string> {
  const known = guarded.get(path) ?? guardedRequires(sources.get(path) ?? "");
  guarded.set(path, known);
  return known;
}

/**
 * Returns the modules that a source requires only inside the block of a `try` statement, as in
 * `try { require("x") } catch {}`. It can do without them.
 */
export function guardedRequires(text: string): ReadonlySet<string> {
  const guarded = new Set<string>();
  const needed = new Set<string>();
  /** For each open brace: does it, or one around it, belong to a `try`? */
  const blocks: boolean[] = [];
  let last: Token[] = [];
  for (const token of tokens(text)) {
    const [callee, open] = last.slice(-2);
    if (token.text === "{") blocks.push(open?.text === "try" || blocks.at(-1) === true);
    else if (token.text === "}") blocks.pop();
    else if (callee?.text === "require" && open?.text === "(" && /^["'`]/.test(token.text)) {
      (blocks.at(-1) === true ? guarded : needed).add(token.text.slice(1, -1));
    }
    last = [...last.slice(-1), token];
  }
  return guarded.difference(needed);
}
