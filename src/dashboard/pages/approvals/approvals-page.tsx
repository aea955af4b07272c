import { Page } from "../../components/page.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { AllApprovals } from "./all-approvals.tsx";
import { PendingApprovals } from "./pending-approvals.tsx";

/** What runs ask people: first what nobody has answered yet. */
export default function ApprovalsPage() {
  return (
    <Page title="Approvals" lead="What runs ask people, with a form for the answer.">
      <Tabs
        label="Approvals"
        tabs={[
          { id: "pending", title: "Pending", render: () => <PendingApprovals /> },
          { id: "all", title: "All", render: () => <AllApprovals /> },
        ]}
      />
    </Page>
  );
}
