import { run } from "../host/command.ts";
import { stackEnvironment } from "./stack.ts";

/** Runs kubectl on the environment's cluster and gives what it prints. @throws CommandError with kubectl's own words */
export function kubectl(args: readonly string[]): Promise<string> {
  const { PATH = "", KUBECONFIG = "" } = stackEnvironment();
  return run("kubectl", args, { env: { PATH, KUBECONFIG } });
}
