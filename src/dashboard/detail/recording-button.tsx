import { readProblem } from "../api/problem.ts";
import { useApp } from "../app-context.ts";
import { ActionButton } from "./action-button.tsx";
import { downloadBlob } from "./download-blob.ts";

/** Downloads the recording of an execution. If the execution was not recorded, it says why. */
export function RecordingButton({ executionId }: { executionId: number }) {
  const { api } = useApp();

  async function download(): Promise<string> {
    // A link would leave the page when there is no recording.
    const response = await fetch(api.address("GET /api/v1/executions/:id/recording", { params: { id: executionId } }));
    if (!response.ok) throw await readProblem(response);
    const file = `recording-${executionId}.zip`;
    downloadBlob(file, await response.blob());
    return `${file} was downloaded. \`ratchet replay\` runs the task with it.`;
  }

  return <ActionButton name="Download recording" onAct={download} />;
}
