import { Page } from "../../components/page.tsx";
import { Failures } from "./failures.tsx";
import { Numbers } from "./numbers.tsx";

/** What is going on: numbers, and the latest failures. */
export default function OverviewPage() {
  return (
    <Page title="Overview">
      <Numbers />
      <Failures />
    </Page>
  );
}
