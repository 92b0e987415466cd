/** Updates the state with what an interrupted update has already written to the cluster. */
import type { WorkingCli } from "../pulumi/pulumiCli.ts";
import { stateOf } from "../pulumi/stackState.ts";

/**
 * Reads the stack's Deployments from the cluster into its state. The Kubernetes provider first writes a Deployment and
 * then waits for it. If that wait is cancelled, the provider does not report what it wrote. The state would keep the
 * previous version, and an update back to that version would find nothing to change.
 * @param target the options that select the stack and its settings
 * @throws PulumiFailed
 */
export async function readDeployments(cli: WorkingCli, stack: string, target: readonly string[]): Promise<void> {
  const state = await stateOf(cli, stack);
  const urns = (state.deployment?.resources ?? [])
    .filter(({ type, delete: replaced }) => type === "kubernetes:apps/v1:Deployment" && replaced !== true)
    .map(({ urn }) => urn);
  if (urns.length === 0) return;
  const targets = urns.flatMap((urn) => ["--target", urn]);
  await cli.work(["refresh", "--yes", "--skip-preview", ...targets, ...target]);
}
