import type { TaskDetail } from "../../../../dist/generated/api-types.ts";
import { Tabs } from "../../components/tabs.tsx";
import { ConnectionsTab } from "./graph/connections-tab.tsx";
import { HealthTab } from "./health-tab.tsx";
import { ReadmeTab } from "./readme/readme-tab.tsx";
import { RulesTab } from "./rules-tab.tsx";
import { SchemasTab } from "./schemas-tab.tsx";
import { SourceTab } from "./source/source-tab.tsx";
import { VersionsTab } from "./source/versions-tab.tsx";
import { StepsTab } from "./steps/steps-tab.tsx";

/** Everything about a task that is read rather than done. */
export function TaskDetails({ task }: { task: TaskDetail }) {
  const health = { id: "health", title: "Health", render: () => <HealthTab task={task} /> };
  const steps = { id: "steps", title: "Steps", render: () => <StepsTab task={task} /> };
  const readme = { id: "readme", title: "README", render: () => <ReadmeTab task={task} /> };
  return (
    <section class="panel" aria-label="About the task">
      <Tabs
        label="About the task"
        tabs={[
          // The first one is shown unless the address names another.
          ...(task.kind === "workflow" ? [steps] : []),
          ...(task.hasReadme ? [readme, health] : [health, readme]),
          { id: "source", title: "Source", render: () => <SourceTab task={task} /> },
          { id: "versions", title: "Versions", render: () => <VersionsTab task={task} /> },
          { id: "schemas", title: "Schemas", render: () => <SchemasTab task={task} /> },
          { id: "rules", title: "Permissions and limits", render: () => <RulesTab task={task} /> },
          { id: "connections", title: "Connections", render: () => <ConnectionsTab task={task} /> },
        ]}
      />
    </section>
  );
}
