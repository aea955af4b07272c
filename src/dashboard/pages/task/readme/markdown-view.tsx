import { lexer, type Token, type Tokens } from "marked";
import type { ComponentChildren } from "preact";
import { decodeEntities } from "./entities.ts";
import { InlineView } from "./inline-view.tsx";

/** What the blocks of one text share. */
interface Outline {
  /** The level of the latest heading. No level is left out, whatever the text does. */
  level: number;
}

/** A text in Markdown, as elements: HTML in it is shown as the text that it is. */
export function MarkdownView({ text }: { text: string }) {
  return <div class="markdown">{blocks(lexer(text), { level: 1 })}</div>;
}

function blocks(tokens: readonly Token[], outline: Outline): ComponentChildren {
  return tokens.map((token, index) => block(token, String(index), outline));
}

function block(token: Token, key: string, outline: Outline): ComponentChildren {
  switch (token.type) {
    case "heading":
      return heading(token as Tokens.Heading, key, outline);
    case "paragraph":
      return (
        <p key={key}>
          <InlineView tokens={token.tokens ?? []} />
        </p>
      );
    case "text":
      return <InlineView key={key} tokens={token.tokens ?? [token]} />;
    case "code":
      return (
        // A region that scrolls has to be reachable by keyboard (WCAG 2.1.1).
        // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
        <pre key={key} tabIndex={0}>
          <code>{(token as Tokens.Code).text}</code>
        </pre>
      );
    case "blockquote":
      return <blockquote key={key}>{blocks(token.tokens ?? [], outline)}</blockquote>;
    case "list":
      return list(token as Tokens.List, key, outline);
    case "table":
      return table(token as Tokens.Table, key);
    case "hr":
      return <hr key={key} />;
    case "html":
      return <HtmlText key={key} text={token.raw} />;
    default:
      return null;
  }
}

function heading({ depth, tokens }: Tokens.Heading, key: string, outline: Outline): ComponentChildren {
  outline.level = Math.min(depth + 1, outline.level + 1, 6);
  const Tag = `h${outline.level}` as "h2";
  return (
    <Tag key={key}>
      <InlineView tokens={tokens} />
    </Tag>
  );
}

function list({ ordered, start, items }: Tokens.List, key: string, outline: Outline): ComponentChildren {
  const entries = items.map(({ task, checked, tokens }, index) => (
    <li key={index}>
      {task && (
        <span role="img" aria-label={checked ? "done: " : "to do: "}>
          {checked ? "☑ " : "☐ "}
        </span>
      )}
      {blocks(tokens, outline)}
    </li>
  ));
  if (!ordered) return <ul key={key}>{entries}</ul>;
  return (
    <ol key={key} start={start === "" ? 1 : start}>
      {entries}
    </ol>
  );
}

function table({ header, rows }: Tokens.Table, key: string): ComponentChildren {
  const row = (cells: readonly Tokens.TableCell[], Cell: "th" | "td") =>
    cells.map(({ tokens }, index) => (
      <Cell key={index}>
        <InlineView tokens={tokens} />
      </Cell>
    ));
  return (
    <table key={key}>
      <thead>
        <tr>{row(header, "th")}</tr>
      </thead>
      <tbody>
        {rows.map((cells, index) => (
          <tr key={index}>{row(cells, "td")}</tr>
        ))}
      </tbody>
    </table>
  );
}

/** HTML is not rendered. Comments are for those who read the source. */
function HtmlText({ text }: { text: string }) {
  const shown = decodeEntities(text.replace(/<!--[\s\S]*?-->/g, "")).trim();
  return shown === "" ? null : <p class="markdown-html">{shown}</p>;
}
