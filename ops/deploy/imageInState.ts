/** What a stack's state says of its last update, whether that came to its end or not. */
import type { Cli } from "../pulumi/pulumiCli.ts";
import { stateOf } from "../pulumi/stackState.ts";

interface DeploymentSpec {
  template?: { spec?: { containers?: { image?: unknown }[] } };
}

/**
 * What the last update told Kubernetes to run: also when the rollout failed, where the outputs are still those of the update
 * before.
 * @returns `undefined` when nothing has been deployed
 * @throws PulumiFailed when there is no such stack
 */
export async function imageInState(cli: Cli, stack: string): Promise<string | undefined> {
  const { deployment } = await stateOf(cli, stack);
  return (deployment?.resources ?? [])
    .filter((resource) => resource.type === "kubernetes:apps/v1:Deployment" && resource.delete !== true)
    .map(({ inputs }) => (inputs?.spec as DeploymentSpec | undefined)?.template?.spec?.containers?.[0]?.image)
    .find((image) => typeof image === "string");
}
