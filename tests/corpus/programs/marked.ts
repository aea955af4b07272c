import { Marked } from "marked";

export default function () {
  const marked = new Marked({ gfm: true, breaks: true });
  marked.use({ renderer: { link: ({ href, text }) => `<a rel="x" href="${href}">${text}</a>` } });
  return marked.parse(
    "# Title\n\n- [x] done\n- *todo* [link](https://example.com)\n\n| a | b |\n|---|--:|\n| 1 | `2` |\n\n```js\nlet x = 1 < 2;\n```\n",
  );
}
