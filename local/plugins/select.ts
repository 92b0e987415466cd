/**
 * Selects the provider plugins of this environment. The official Kubernetes provider is built from its Go module. The official
 * azure-native and docker providers are used if they can be downloaded; otherwise the adapters next to this file replace
 * them. The choice is made once per version and remembered, because a download that the network blocks takes
 * seconds every time.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { writeLauncher } from "../host/launcher.ts";
import type { Report } from "../progress.ts";
import { checkoutFolder, nodeBinary, stateFolder } from "../layout.ts";

/** The providers that an adapter can replace. Each is also the npm package `@pulumi/NAME`. */
const providers = ["azure-native", "docker"] as const;
export type ProviderName = (typeof providers)[number];
const adapterPrograms: Record<ProviderName, string> = {
  "azure-native": join("azure-native", "azureNativeMain.ts"),
  docker: join("docker", "dockerMain.ts"),
};

export interface PluginChoice {
  provider: ProviderName;
  version: string;
  kind: "official" | "adapter";
}

/** Folder with the chosen adapters' executables, to be put on PATH. Its name says what they are, because Pulumi shows it. */
export const adaptersFolder = join(stateFolder, "adapters");
const memory = join(stateFolder, "plugins.json");

/**
 * Selects the plugins, and writes an executable for each adapter.
 * @param environment of the Pulumi CLI, which determines where plugins are stored
 * @param force TARMAC_PLUGINS: "official" or "adapter" for all; default: official if it can be downloaded
 */
export async function selectPlugins(
  environment: NodeJS.ProcessEnv,
  report: Report,
  force = process.env.TARMAC_PLUGINS,
): Promise<PluginChoice[]> {
  const wanted = providers.map((provider) => ({ provider, version: packageVersion(provider) }));
  const remembered = readMemory();
  const choices: PluginChoice[] = [];
  for (const { provider, version } of wanted) {
    const known = remembered.find((choice) => choice.provider === provider && choice.version === version)?.kind;
    const kind =
      force === "adapter" || force === "official"
        ? force
        : (known ?? (await findOut(provider, version, environment, report)));
    choices.push({ provider, version, kind });
  }
  mkdirSync(adaptersFolder, { recursive: true });
  writeFileSync(memory, JSON.stringify(choices));
  for (const { provider, kind } of choices) {
    const executable = join(adaptersFolder, `pulumi-resource-${provider}`);
    if (kind === "official") rmSync(executable, { force: true });
    else writeLauncher(executable, [nodeBinary, join(checkoutFolder, "local", "plugins", adapterPrograms[provider])]);
  }
  return choices;
}

async function findOut(
  provider: ProviderName,
  version: string,
  environment: NodeJS.ProcessEnv,
  report: Report,
): Promise<PluginChoice["kind"]> {
  report(`looking for the official ${provider} plugin ${version}`);
  try {
    // Returns at once if the plugin is installed. Otherwise it downloads the plugin, or fails after a few attempts.
    await promisify(execFile)("pulumi", ["plugin", "install", "resource", provider, version], {
      env: environment,
      timeout: 300_000,
    });
    return "official";
  } catch {
    return "adapter";
  }
}

function packageVersion(provider: ProviderName): string {
  const file = join(checkoutFolder, "node_modules", "@pulumi", provider, "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

function readMemory(): PluginChoice[] {
  return existsSync(memory) ? (JSON.parse(readFileSync(memory, "utf8")) as PluginChoice[]) : [];
}
