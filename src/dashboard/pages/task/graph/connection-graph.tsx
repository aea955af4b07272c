import { useMemo } from "preact/hooks";
import { useApp } from "../../../app-context.ts";
import { layoutGraph, type PlacedBox } from "../../../steps/layout-graph.ts";
import type { Connection, Connections } from "./connections.ts";

const HEIGHT = 40;
const MAX_WIDTH = 260;

/** How wide a character is at most, on average, and the room at both sides. Pixels. */
const CHARACTER = 7.4;
const PADDING = 24;

/** How many characters of a name are shown in a box. */
const SHOWN = 30;

/** What starts a task and what it uses, as a graph from left to right. */
export function ConnectionGraph({ label, starts, uses }: Connections & { label: string }) {
  const placed = useMemo(() => {
    const boxes = [{ id: TASK, ...sizeOf(label, "this task") }, ...[...starts, ...uses].map(boxOf)];
    return layoutGraph(boxes, [
      ...starts.map(({ id }) => [id, TASK] as const),
      ...uses.map(({ id }) => [TASK, id] as const),
    ]);
  }, [label, starts, uses]);
  const byId = new Map([...starts, ...uses].map((connection) => [connection.id, connection]));
  const summary = `${label} is started by ${namesOf(starts)} and uses ${namesOf(uses)}.`;
  return (
    <div class="graph">
      {/* biome-ignore lint/a11y/useSemanticElements: there is no such element in SVG */}
      <svg
        role="group"
        aria-label={summary}
        width={placed.width}
        height={placed.height}
        viewBox={`0 0 ${placed.width} ${placed.height}`}
      >
        <g class="graph-arrows">
          {placed.arrows.map(({ id, path, head }) => (
            <path key={id} d={`${path} ${head}`} />
          ))}
        </g>
        {placed.boxes.map((box) => {
          const connection = byId.get(box.id);
          if (connection === undefined) return <BoxView key={box.id} box={box} name={label} kind="this task" isTask />;
          return <LinkedBox key={box.id} box={box} connection={connection} />;
        })}
      </svg>
    </div>
  );
}

/** The id of the task's own box. */
const TASK = "this";

function LinkedBox({ box, connection }: { box: PlacedBox; connection: Connection }) {
  const { router } = useApp();
  const { kind, name, note, to } = connection;
  const view = <BoxView box={box} name={name} kind={note === undefined ? kind : `${kind}, ${note}`} />;
  return to === undefined ? view : <a href={router.href(to)}>{view}</a>;
}

function BoxView({
  box,
  name,
  kind,
  isTask = false,
}: {
  box: PlacedBox;
  name: string;
  kind: string;
  isTask?: boolean;
}) {
  const { x, y, width, height } = box;
  return (
    <g class={isTask ? "graph-box graph-task" : "graph-box"}>
      <title>
        {kind}: {name}
      </title>
      <rect x={x} y={y} width={width} height={height} rx={7} />
      <text x={x + PADDING / 2} y={y + 17} class="graph-name">
        {shortened(name)}
      </text>
      <text x={x + PADDING / 2} y={y + 32} class="graph-kind">
        {shortened(kind)}
      </text>
    </g>
  );
}

function boxOf({ id, name, kind, note = "" }: Connection) {
  return { id, ...sizeOf(name, note === "" ? kind : `${kind}, ${note}`) };
}

function sizeOf(name: string, kind: string): { width: number; height: number } {
  const length = Math.max(shortened(name).length, 0.9 * shortened(kind).length);
  return { width: Math.min(MAX_WIDTH, Math.ceil(length * CHARACTER) + PADDING), height: HEIGHT };
}

function shortened(name: string): string {
  return name.length > SHOWN ? `${name.slice(0, SHOWN - 1)}…` : name;
}

function namesOf(connections: readonly Connection[]): string {
  return connections.length === 0 ? "nothing" : connections.map(({ kind, name }) => `${kind} ${name}`).join(", ");
}
