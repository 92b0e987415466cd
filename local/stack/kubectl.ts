import { run } from "../host/command.ts";
import { stackEnvironment } from "./stack.ts";

/** Runs kubectl on the environment's cluster and returns its output. @throws CommandError with kubectl's own message */
export function kubectl(args: readonly string[]): Promise<string> {
  const { PATH = "", KUBECONFIG = "" } = stackEnvironment();
  return run("kubectl", args, { env: { PATH, KUBECONFIG } });
}
