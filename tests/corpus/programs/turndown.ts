import TurndownService from "turndown";

export default function () {
  const service = new TurndownService({ headingStyle: "atx", codeBlockStyle: "fenced" });
  return service.turndown(
    "<h1>Hi</h1><p>A <strong>bold</strong> <a href='https://example.com'>link</a></p><ul><li>one</li><li>two</li></ul><pre><code>x = 1\n</code></pre>",
  );
}
