import MarkdownIt from "markdown-it";

export default function () {
  const markdown = new MarkdownIt({ html: false, linkify: true, typographer: true });
  return [
    markdown.render('1. "quoted" -- see www.example.com\n\n> **bold** <b>raw</b>\n\n![img](a.png "t")'),
    markdown.parse("# x", {}).map(({ type, tag }) => `${type}:${tag}`),
  ];
}
