/**
 * The stack `local`: the checkout's own program, deployed to this machine by the real Pulumi engine, with its state in
 * the environment's folder. The checkout is only read: the files that Pulumi writes next to the program go to that folder too.
 */
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { loadDeployer } from "../azure/deployer.ts";
import { localPolicyPack } from "../plugins/policyHost.ts";
import { adaptersFolder } from "../plugins/select.ts";
import type { Report } from "../progress.ts";
import { caCertificate, checkoutFolder, network, ports, sockets, stateFolder } from "../layout.ts";
import { toolsFolder } from "../toolchain/folder.ts";
import { withoutPluginWarnings } from "./pluginWarnings.ts";
import { startDoctor } from "./doctorDuringUpdate.ts";
import { outputsOf, readState } from "./stateFile.ts";
import { trustBundle } from "./trustBundle.ts";

export const stackName = "local";

const folder = join(stateFolder, "pulumi");
const backend = join(folder, "state");
const stateFile = join(backend, ".pulumi", "stacks", "tarmac", `${stackName}.json`);
const passphraseFile = join(folder, "passphrase");
/** A project of the same name without a program, in which `pulumi stack init` can write its stack file. */
const projectFolder = join(folder, "project");
/** The checkout's stack file, and the key to the secrets of this machine's state. */
export const configFile = join(folder, `Pulumi.${stackName}.yaml`);

/** Folders that come before PATH. */
export const programFolders = (): string[] => [
  adaptersFolder,
  toolsFolder(),
  join(checkoutFolder, "node_modules", ".bin"),
];

/** Everything that a program needs to work with the environment: Pulumi, kubectl, docker and Azure's clients. */
export const stackEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  ...stackVariables(),
  PATH: [...programFolders(), process.env.PATH].join(delimiter),
  TARMAC_STACK: stackName,
});

const trusted = (variable: string) =>
  trustBundle(process.env[variable], caCertificate, join(stateFolder, `${variable}.pem`));

/** The variables of the environment, without PATH. */
export function stackVariables(): Record<string, string> {
  const deployer = loadDeployer(join(stateFolder, "azure", "deployer.json"));
  return {
    PULUMI_HOME: join(folder, "home"),
    // Without the attribute files next to the state files: Pulumi does not write them atomically, and an empty one, which
    // a killed Pulumi can leave, makes every stack of the backend unreadable ("EOF").
    PULUMI_BACKEND_URL: `file://${backend}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile,
    // The stack file of the checkout has no key to the secrets; the state knows which one it was written with.
    PULUMI_FALLBACK_TO_STATE_SECRETS_MANAGER: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    TARMAC_POLICY_PACK: localPolicyPack,
    ARM_TENANT_ID: deployer.tenantId,
    ARM_SUBSCRIPTION_ID: deployer.subscriptionId,
    ARM_CLIENT_ID: deployer.clientId,
    ARM_CLIENT_SECRET: deployer.clientSecret,
    // Pulumi's state backend and its secrets provider sign in with these.
    AZURE_TENANT_ID: deployer.tenantId,
    AZURE_CLIENT_ID: deployer.clientId,
    AZURE_CLIENT_SECRET: deployer.clientSecret,
    // They reach storage accounts and vaults by Azure's own names only.
    HTTPS_PROXY: `http://127.0.0.1:${ports.azureNames}`,
    NO_PROXY: ["localhost", "127.0.0.1", network.nodeAddress, process.env.NO_PROXY ?? process.env.no_proxy ?? ""]
      .filter((name) => name !== "")
      .join(","),
    NODE_EXTRA_CA_CERTS: trusted("NODE_EXTRA_CA_CERTS"),
    // Go reads the folder of the system's certificates as well.
    SSL_CERT_FILE: trusted("SSL_CERT_FILE"),
    // Every Pulumi command starts the program and three adapters. They reuse what Node compiled before.
    NODE_COMPILE_CACHE: join(stateFolder, "compiled"),
    DOCKER_HOST: `unix://${sockets.docker}`,
    DOCKER_CONFIG: join(stateFolder, "docker-config"),
    TARMAC_SANDBOX_FORM: stackName,
    KUBECONFIG: join(stateFolder, "kubernetes", "super-admin.conf"),
  };
}

const pulumi = async (args: string[], cwd = checkoutFolder): Promise<string> => {
  const { stdout } = await promisify(execFile)("pulumi", ["--non-interactive", ...args], {
    cwd,
    env: stackEnvironment(),
    maxBuffer: 2 ** 28,
  });
  return stdout;
};

/** Creates the stack and its files if they are missing, and copies the settings of the checkout. */
export async function ensureStack(): Promise<void> {
  for (const path of [backend, projectFolder, join(stateFolder, "docker-config")]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }
  if (!existsSync(passphraseFile))
    writeFileSync(passphraseFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
  writeFileSync(join(projectFolder, "Pulumi.yaml"), "name: tarmac\nruntime: nodejs\n");
  const saltFile = join(projectFolder, `Pulumi.${stackName}.yaml`);
  if (!existsSync(stateFile) || !existsSync(saltFile)) {
    await pulumi(["stack", "init", stackName, "--no-select"], projectFolder);
  }
  takeOverSettings();
}

/** Copies the settings of the checkout, and adds the key to this machine's state, which Pulumi writes into its settings file. */
export function takeOverSettings(): void {
  const saltFile = join(projectFolder, `Pulumi.${stackName}.yaml`);
  const settings = readFileSync(join(checkoutFolder, `Pulumi.${stackName}.yaml`), "utf8");
  // A `pulumi` outside the environment may have written another key into the checkout's file.
  const own = settings.replaceAll(/^encryptionsalt:.*\n?/gm, "").trimEnd();
  writeFileSync(configFile, `${own}\n${readFileSync(saltFile, "utf8")}`, { mode: 0o600 });
}

/** Whether the stack has any resources. */
export const stackHasResources = (): boolean =>
  readState(stateFile).resources.some(({ type }) => type !== "pulumi:pulumi:Stack");

/** Names of the resource groups in the state. */
export function stackResourceGroups(): string[] {
  return readState(stateFile).resources.flatMap(({ type, id }) =>
    type === "azure-native:resources:ResourceGroup" && id !== undefined ? [id.split("/").at(-1) ?? ""] : [],
  );
}

/** Removes the lock of an update whose process is gone. Keeps the lock of a running update. */
export async function clearStaleLock(report: Report): Promise<void> {
  const locks = join(backend, ".pulumi", "locks", "organization", "tarmac", stackName);
  const holders = existsSync(locks)
    ? readdirSync(locks)
        .filter((file) => file.endsWith(".json"))
        .map((file) => (JSON.parse(readFileSync(join(locks, file), "utf8")) as { pid: number }).pid)
    : [];
  if (holders.length === 0) return;
  const running = holders.find((pid) => programOf(pid) === "pulumi");
  if (running !== undefined) {
    throw new Error(
      `another update of the stack is running (process ${running}): wait until it is done, or end it with Ctrl-C where it runs`,
    );
  }
  report("removing the lock of an update that was killed");
  await pulumi(["cancel", "--yes", "--stack", stackName]);
}

function programOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** The operations that an interrupted update had started and whose result is unknown. */
export function pendingOperations(): string[] {
  return readState(stateFile).pendingOperations.map(({ type, resource }) => `${type} ${resource.urn}`);
}

/** Drops the pending operations from the state after a refresh. */
export async function forgetPending(): Promise<void> {
  await runPulumi(["refresh", "--yes", "--skip-preview", "--clear-pending-creates", ...target()]);
}

/**
 * Refreshes the state from Azure and the cluster. The program runs as well: a recreated cluster has another certificate
 * authority, so the kubeconfig in the state no longer works.
 */
export const refreshStack = (): Promise<void> =>
  runPulumi(["refresh", "--yes", "--skip-preview", "--run-program", ...target()]);

/** @throws Error when the update fails, or when the doctor found a cause that waiting cannot fix and the update was interrupted */
export async function updateStack(): Promise<void> {
  const interruption = new AbortController();
  const endWatch = startDoctor(stackName, stackEnvironment(), () => interruption.abort());
  try {
    await runPulumi(["up", "--yes", "--skip-preview", ...target()], interruption.signal);
  } catch (error) {
    // The Kubernetes provider wrote the Deployment before it was interrupted, and the state does not record that. Without a
    // refresh, an update back to the recorded version would change nothing.
    if (interruption.signal.aborted) await runPulumi(["refresh", "--yes", "--skip-preview", ...target()]);
    throw error;
  } finally {
    endWatch();
  }
}

/** Deletes the stack's resources. The option `continue` also deletes the others after a failed deletion, to leave as little as possible. */
export const destroyStack = (): Promise<void> =>
  runPulumi(["destroy", "--yes", "--skip-preview", "--continue-on-error", ...target()]);

const target = () => ["--stack", stackName, "--config-file", configFile];

/** The outputs of the last update; secrets are masked. */
export const stackOutputs = (): Record<string, unknown> => outputsOf(readState(stateFile));

/** Seconds without output in a log before a line says that the update still runs. */
const silenceSeconds = 8;

/**
 * Runs Pulumi with its own progress on this terminal. In a log, where Pulumi prints only finished steps, a line says every
 * few seconds that it still runs.
 * @param interrupted makes Pulumi stop in good order
 * @throws Error when Pulumi fails; it has printed the error itself
 */
async function runPulumi(args: string[], interrupted?: AbortSignal): Promise<void> {
  const onTerminal = process.stdout.isTTY && process.env.CI !== "true";
  const child = spawn("pulumi", onTerminal ? args : ["--non-interactive", ...args], {
    cwd: checkoutFolder,
    env: stackEnvironment(),
    stdio: onTerminal ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  // Ctrl-C reaches Pulumi directly, which then stops in good order. This process waits for it.
  const ignore = () => undefined;
  process.on("SIGINT", ignore);
  // Only once: after a second signal Pulumi stops immediately and leaves operations pending.
  interrupted?.addEventListener("abort", () => void child.kill("SIGINT"), { once: true });
  const started = Date.now();
  let spokenAt = started;
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    const printed = withoutPluginWarnings();
    createInterface({ input: stream }).on("line", (line) => {
      spokenAt = Date.now();
      for (const text of printed(line)) process.stdout.write(`${text}\n`);
    });
  }
  const beat = setInterval(() => {
    if (onTerminal || Date.now() - spokenAt < silenceSeconds * 1000) return;
    spokenAt = Date.now();
    process.stdout.write(`    still working (${Math.round((Date.now() - started) / 1000)} s)\n`);
  }, 1000);
  try {
    const status = await new Promise<number | null>((resolve, reject) =>
      child.once("error", reject).once("close", resolve),
    );
    if (status !== 0 && interrupted?.aborted === true)
      throw new Error(
        "the update was interrupted because waiting cannot fix its rollout: see the lines of the doctor above",
      );
    if (status !== 0) throw new Error(`pulumi ${args[0]} did not succeed (exit ${status}); see its message above`);
  } finally {
    clearInterval(beat);
    process.off("SIGINT", ignore);
  }
}
