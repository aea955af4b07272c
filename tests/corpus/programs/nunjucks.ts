import nunjucks from "nunjucks";

export default function () {
  const environment = new nunjucks.Environment(null, { autoescape: true });
  environment.addFilter("shout", (text: string) => `${text.toUpperCase()}!`);
  return environment.renderString(
    "{% macro field(n, v='') %}<{{n}}={{v}}>{% endmacro %}{% for u in users | sort(false, false, 'name') %}{{ loop.index }}:{{ u.name | shout }} {% endfor %}{{ field('a', '<x>') }}{% if users.length > 1 %}many{% endif %} {{ users | groupby('kind') | dump | safe }}",
    {
      users: [
        { name: "b", kind: 1 },
        { name: "a", kind: 2 },
      ],
    },
  );
}
