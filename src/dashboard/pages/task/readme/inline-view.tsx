import type { Token, Tokens } from "marked";
import type { ComponentChildren } from "preact";
import { decodeEntities } from "./entities.ts";

/** Addresses that a link of a text may lead to. */
const SAFE = /^(?:https?:\/\/|mailto:)/i;

/** The parts of a line of Markdown. */
export function InlineView({ tokens }: { tokens: readonly Token[] }) {
  return <>{tokens.map((token, index) => inline(token, String(index)))}</>;
}

function inline(token: Token, key: string): ComponentChildren {
  const inner = () => <InlineView tokens={innerOf(token) ?? []} />;
  switch (token.type) {
    case "strong":
      return <strong key={key}>{inner()}</strong>;
    case "em":
      return <em key={key}>{inner()}</em>;
    case "del":
      return <del key={key}>{inner()}</del>;
    case "codespan":
      return <code key={key}>{(token as Tokens.Codespan).text}</code>;
    case "br":
      return <br key={key} />;
    case "link":
      return link(token as Tokens.Link, key, inner());
    case "image":
      // The page loads nothing from elsewhere.
      return <span key={key}>{decodeEntities((token as Tokens.Image).text)}</span>;
    case "text":
      if (innerOf(token) !== undefined) return <InlineView key={key} tokens={innerOf(token) ?? []} />;
      return decodeEntities((token as Tokens.Text).text);
    case "escape":
      return decodeEntities((token as Tokens.Escape).text);
    case "html":
      return /^<br\s*\/?>$/i.test(token.raw) ? <br key={key} /> : token.raw.replace(/^<!--[\s\S]*-->$/, "");
    default:
      return null;
  }
}

/** The parts within a part; undefined if it has none. */
function innerOf(token: Token): readonly Token[] | undefined {
  return "tokens" in token ? token.tokens : undefined;
}

/** A link that leads to another site. Relative ones lead nowhere, as the files of the task have no addresses. */
function link({ href, title }: Tokens.Link, key: string, inner: ComponentChildren): ComponentChildren {
  if (!SAFE.test(href)) return <span key={key}>{inner}</span>;
  return (
    <a key={key} href={href} title={title ?? undefined} target="_blank" rel="noopener noreferrer nofollow ugc">
      {inner}
    </a>
  );
}
