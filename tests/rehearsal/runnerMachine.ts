/** The machine that runs the rehearsal's jobs: this one, without its own sign-ins. */
import { delimiter, join } from "node:path";
import { writeLauncher } from "../../local/host/launcher.ts";
import { checkoutFolder } from "../../local/layout.ts";
import { stackEnvironment } from "../../local/stack/stack.ts";

/** The variables that a job gets from its workflow: the sign-in, the state, and how to reach GitHub. */
const ofTheJob =
  /^(?:ARM_(?!METADATA)|AZURE_|AAD_|GITHUB_|RUNNER_|ACTIONS_|PULUMI_BACKEND_URL|KUBECONFIG$|TARMAC_STACK$|TARMAC_SANDBOX_FORM$|INIT_CWD$|npm_)/;

/** @param folder of programs that come first on PATH */
export function runnerEnvironment(folder: string): NodeJS.ProcessEnv {
  const linking = join(checkoutFolder, "tests", "rehearsal", "linkedPackages.ts");
  writeLauncher(join(folder, "npm"), ["node", linking, checkoutFolder]);
  const machine = stackEnvironment();
  const kept = Object.entries(machine).filter(([name]) => !ofTheJob.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH: [folder, machine.PATH].join(delimiter),
    // As on GitHub's own machines.
    RUNNER_ENVIRONMENT: "github-hosted",
  };
}
