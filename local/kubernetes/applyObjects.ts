/** Applies objects to the local cluster as its administrator. */
import { run } from "../host/command.ts";
import { adminKubeconfig, kubernetesProgram } from "./localCluster.ts";

/** Runs kubectl as the cluster's administrator. @throws CommandError with kubectl's own message */
export const kubectlAsAdmin = (args: readonly string[], input?: string): Promise<string> =>
  run(kubernetesProgram("kubectl"), [`--kubeconfig=${adminKubeconfig}`, ...args], input === undefined ? {} : { input });

/** Creates or updates the objects, and resets manual changes in them. */
export async function applyObjects(items: readonly object[]): Promise<void> {
  const list = { apiVersion: "v1", kind: "List", items };
  const args = ["apply", "--server-side", "--force-conflicts", "--field-manager=tarmac", "--filename=-"];
  await kubectlAsAdmin(args, JSON.stringify(list));
}
