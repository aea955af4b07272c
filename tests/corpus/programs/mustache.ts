import Mustache from "mustache";

export default function () {
  const view = {
    name: "Ada",
    items: [{ n: 1 }, { n: 2 }],
    html: "<b>",
    wrap: () => (text: string, render: (text: string) => string) => `<em>${render(text)}</em>`,
  };
  return Mustache.render(
    "Hi {{name}} {{#items}}[{{n}}]{{/items}}{{^none}}none{{/none}} {{html}} {{{html}}} {{#wrap}}{{name}}{{/wrap}} {{>part}}",
    view,
    { part: "({{name}})" },
  );
}
