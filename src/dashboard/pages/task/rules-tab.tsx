import type { ComponentChildren } from "preact";
import type { TaskDetail } from "../../../../dist/generated/api-types.ts";
import { Bytes } from "../../components/bytes.tsx";
import { Duration } from "../../components/duration.tsx";
import { Link } from "../../routing/link.tsx";

/** What a task may access and use, and how its failed jobs are retried. */
export function RulesTab({ task }: { task: TaskDetail }) {
  return (
    <div class="columns">
      <Permissions {...task} />
      <Limits {...task} />
      <Retry {...task} />
    </div>
  );
}

function Facts({
  title,
  facts,
}: {
  title: string;
  facts: readonly (readonly [name: string, value: ComponentChildren])[];
}) {
  return (
    <section>
      <h2 class="tab-heading">{title}</h2>
      <dl class="rules">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Permissions({ permissions }: TaskDetail) {
  const { net, hosts, secrets, tasks } = permissions ?? {};
  const rules = [...(net ?? []), ...(hosts ?? [])];
  const isOpen = net === undefined && hosts === undefined;
  return (
    <Facts
      title="May access"
      facts={[
        ["Network", isOpen ? "any host that the server allows" : <Words words={rules} />],
        ["Secrets", <Secrets key="secrets" secrets={secrets} />],
        [
          "Tasks",
          <Words
            key="tasks"
            words={tasks ?? []}
            render={(label) => <Link to={`/tasks/${encodeURIComponent(label)}`}>{label}</Link>}
          />,
        ],
      ]}
    />
  );
}

function Secrets({ secrets }: { secrets: NonNullable<TaskDetail["permissions"]>["secrets"] }) {
  if (secrets === undefined) return <Words words={[]} />;
  if (isList(secrets)) return <Words words={secrets} />;
  const entries = Object.entries(secrets).map(([name, { hosts = [] }]) =>
    hosts.length === 0 ? name : `${name} (sent to ${hosts.join(", ")})`,
  );
  return <Words words={entries} />;
}

function isList(secrets: object): secrets is readonly string[] {
  return Array.isArray(secrets);
}

function Words({
  words,
  render = (word) => <code>{word}</code>,
}: {
  words: readonly string[];
  render?: (word: string) => ComponentChildren;
}) {
  if (words.length === 0) return <span class="quiet">none</span>;
  return (
    <ul class="words">
      {words.map((word) => (
        <li key={word}>{render(word)}</li>
      ))}
    </ul>
  );
}

function Limits({ limits }: TaskDetail) {
  if (limits === null) return null;
  return (
    <Facts
      title="Limits"
      facts={[
        ["Time", <Duration key="time" ms={limits.time} />],
        ["Cleanup", <Duration key="cleanup" ms={limits.cleanup} />],
        ["Memory", <Bytes key="memory" value={limits.memory} />],
        ["Stack", <Bytes key="stack" value={limits.stack} />],
        ["Output", <Bytes key="output" value={limits.output} />],
        ["Logs", <Bytes key="logs" value={limits.logs} />],
        ["HTTP requests", limits.fetches],
        ["One response", <Bytes key="response" value={limits.fetchResponse} />],
        ["All bodies", <Bytes key="total" value={limits.fetchTotal} />],
      ]}
    />
  );
}

function Retry({ retry }: TaskDetail) {
  if (retry === null) {
    return <Facts title="Retries" facts={[["Policy", "the server's"]]} />;
  }
  const { maxRetries, delay, maxDelay, factor, jitter, also, never } = retry;
  const facts: (readonly [string, ComponentChildren] | undefined)[] = [
    maxRetries === undefined ? undefined : ["Retries at most", maxRetries],
    delay === undefined ? undefined : ["First delay", <Duration key="delay" ms={delay} />],
    maxDelay === undefined ? undefined : ["Longest delay", <Duration key="longest" ms={maxDelay} />],
    factor === undefined ? undefined : ["Factor", factor],
    jitter === undefined ? undefined : ["Jitter", jitter],
    also === undefined ? undefined : ["Also after", <Words key="also" words={also} />],
    never === undefined ? undefined : ["Never after", <Words key="never" words={never} />],
  ];
  return <Facts title="Retries" facts={facts.filter((fact) => fact !== undefined)} />;
}
