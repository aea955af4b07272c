import { highlightCode, tagHighlighter, tags } from "@lezer/highlight";
import { parser } from "@lezer/javascript";
import { useMemo } from "preact/hooks";

/** Longer programs are bundles of machines, which take long to parse and nobody reads in colours. */
const MAX_HIGHLIGHTED = 300_000;

/** A part of a line. */
interface Part {
  text: string;
  kind: string;
}

/** A program in JavaScript or TypeScript, with numbered lines. */
export function CodeView({ text }: { text: string }) {
  const lines = useMemo(() => highlightedLines(text), [text]);
  return (
    // A region that scrolls has to be reachable by keyboard (WCAG 2.1.1).
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <pre class="code-view code-numbered" tabIndex={0}>
      {lines.map((parts, line) => (
        <code class="code-line" key={line}>
          {parts.map(({ text: part, kind }, index) =>
            kind === "" ? (
              part
            ) : (
              <span class={kind} key={index}>
                {part}
              </span>
            ),
          )}
          {"\n"}
        </code>
      ))}
    </pre>
  );
}

function highlightedLines(text: string): Part[][] {
  const code = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  if (code.length > MAX_HIGHLIGHTED) return code.split("\n").map((line) => [{ text: line, kind: "" }]);
  const colours = tagHighlighter([
    { tag: tags.keyword, class: "code-keyword" },
    { tag: [tags.string, tags.regexp, tags.special(tags.string)], class: "code-string" },
    { tag: [tags.number, tags.bool, tags.null], class: "code-number" },
    { tag: tags.comment, class: "code-comment" },
  ]);
  let line: Part[] = [];
  const lines = [line];
  const tree = parser.configure({ dialect: "ts" }).parse(code);
  highlightCode(
    code,
    tree,
    colours,
    (part, kind) => line.push({ text: part, kind }),
    () => {
      line = [];
      lines.push(line);
    },
  );
  return lines;
}
