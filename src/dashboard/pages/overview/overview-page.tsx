import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { ErrorBox } from "../../components/error-box.tsx";
import { Page } from "../../components/page.tsx";
import { Failures } from "./failures.tsx";
import { FirstSteps, isUnused } from "./first-steps.tsx";
import { History } from "./history.tsx";
import { NowPanel } from "./now-panel.tsx";
import { Numbers } from "./numbers.tsx";
import { PauseNotice } from "./pause-notice.tsx";
import { PeriodSwitch } from "./period-switch.tsx";

/** What is going on, what failed and why, and how that was over time. */
export default function OverviewPage() {
  const { api } = useApp();
  const { data, problem } = useLoad((signal) => api.call("GET /api/v1/stats", { signal }), [], {
    on: ["job.*", "execution.*", "task.*", "schedule.*"],
  });
  return (
    <Page title="Overview" actions={<PeriodSwitch />}>
      {problem !== undefined && <ErrorBox problem={problem} />}
      <PauseNotice />
      <Numbers stats={data} />
      {data !== undefined && isUnused(data) ? (
        <FirstSteps />
      ) : (
        <>
          <Failures />
          <NowPanel />
          <History />
        </>
      )}
    </Page>
  );
}
