/** `npm run with-local -- PROGRAM ...`: runs any program with the environment's settings, such as kubectl, docker or pulumi. */
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { writeLauncher } from "./host/launcher.ts";
import { checkoutFolder, nodeBinary, stateFolder } from "./layout.ts";
import { stackEnvironment } from "./stack/stack.ts";

const [program, ...args] = process.argv.slice(2);
if (program === undefined || program === "--help" || program === "-h") {
  process.stdout.write(`npm run with-local -- PROGRAM [ARGUMENT ...]

Runs a program with PATH, KUBECONFIG, DOCKER_HOST and Pulumi's and Azure's settings of the local environment, e.g.
  npm run with-local -- kubectl get pods --all-namespaces
  npm run with-local -- pulumi stack --stack local
  npm run with-local -- bash

In this checkout, pulumi works on the stack "local" unless you name another one, and changes no file of the checkout.
`);
  process.exit(program === undefined ? 2 : 0);
}
const environment = stackEnvironment();
const programs = join(stateFolder, "with-local");
writeLauncher(join(programs, "pulumi"), [nodeBinary, join(checkoutFolder, "local", "stack", "pulumiProgram.ts")]);
const env = { ...environment, PATH: [programs, environment.PATH].join(delimiter) };
const { status, error } = spawnSync(program, args, { env, stdio: "inherit" });
if (error !== undefined) {
  const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
  process.stderr.write(`${program} ${missing ? "is not on PATH" : `could not be started: ${error.message}`}\n`);
}
process.exit(error === undefined ? (status ?? 1) : 2);
