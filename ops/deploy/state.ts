/** What a stack's state says of its last update, whether that came to its end or not. */
import type { Cli } from "../pulumi/lock.ts";

export interface StackState {
  /** What an interrupted update worked on, by type and name. */
  pending: string[];
  /**
   * What the last update told Kubernetes to run: also when the rollout failed, where the outputs are still those of the update
   * before. `undefined`: nothing has been deployed.
   */
  image?: string;
}

interface Exported {
  deployment: {
    pending_operations?: { resource: { urn: string } }[];
    resources?: { type: string; delete?: boolean; inputs?: { spec?: DeploymentSpec } }[];
  };
}

interface DeploymentSpec {
  template?: { spec?: { containers?: { image?: unknown }[] } };
}

/** @throws PulumiFailed when there is no such stack */
export async function readState(cli: Cli, stack: string): Promise<StackState> {
  const { deployment } = JSON.parse(await cli.run(["stack", "export", "--stack", stack])) as Exported;
  const images = (deployment.resources ?? [])
    .filter((resource) => resource.type === "kubernetes:apps/v1:Deployment" && resource.delete !== true)
    .map(({ inputs }) => inputs?.spec?.template?.spec?.containers?.[0]?.image);
  const image = images.find((one) => typeof one === "string");
  return {
    pending: (deployment.pending_operations ?? []).map(({ resource }) => resource.urn.split("::").slice(2).join(" ")),
    ...(image === undefined ? {} : { image }),
  };
}
