/** Reads the kubeconfig of an existing cluster, and selects one of its contexts. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { closest } from "@tarmac/validate/settingDeclaration";

interface Named {
  name: string;
}
interface Kubeconfig {
  contexts?: (Named & { context: { cluster: string; user: string; namespace?: string } })[];
  clusters?: (Named & { cluster: Record<string, unknown> & { server?: string } })[];
  users?: (Named & { user: Record<string, unknown> })[];
  "current-context"?: string;
}

/** One cluster and one user, with everything needed to sign in. */
export interface ExistingKubeconfig {
  context: string;
  /** Address of the API server, which identifies the cluster. */
  server: string;
  /** YAML with only this context. Certificates and keys are embedded, not references to files. */
  kubeconfig: string;
}

/** Returns the files that kubectl reads: those of KUBECONFIG, or else the one in the home folder. */
function kubeconfigFiles(environment: NodeJS.ProcessEnv = process.env): string[] {
  const files = (environment.KUBECONFIG ?? "").split(delimiter).filter((file) => file !== "");
  return files.length > 0 ? files : [join(homedir(), ".kube", "config")];
}

/** The text of a kubeconfig, and the folder that its relative paths refer to. */
interface Source {
  text: string;
  folder: string;
}

/**
 * Finds a context and extracts it from its kubeconfig.
 *
 * @param context name of the context; default: the current one
 * @param text the kubeconfig itself; default: the files that kubectl reads
 * @returns the context, or the problem with the request
 */
export function existingKubeconfig(
  context: string | undefined,
  text: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): ExistingKubeconfig | { problem: string } {
  const files = kubeconfigFiles(environment);
  const where = text === undefined ? files.join(", ") : "the kubeconfig";
  const sources: Source[] =
    text === undefined
      ? files
          .filter((file) => existsSync(file))
          .map((file) => ({ text: readFileSync(file, "utf8"), folder: dirname(resolve(file)) }))
      : [{ text, folder: process.cwd() }];
  if (sources.length === 0)
    return { problem: `${where} does not exist: create it with az aks get-credentials -g GROUP -n CLUSTER` };
  const read = sources.map((source) => flattened(source));
  if (read.some((config) => config === undefined))
    return { problem: `${where} is not a kubeconfig in YAML: use the content of a kubeconfig file` };
  return choose(context, read as Kubeconfig[], where);
}

function choose(
  asked: string | undefined,
  configs: readonly Kubeconfig[],
  where: string,
): ExistingKubeconfig | { problem: string } {
  // As in kubectl, the first of several entries with the same name wins.
  const contexts = configs.flatMap((config) => config.contexts ?? []);
  const name =
    asked ?? configs.map((config) => config["current-context"]).find((one) => one !== undefined && one !== "");
  const names = [...new Set(contexts.map((one) => one.name))];
  const listed = names.length === 0 ? "it has none" : `it has ${names.map((one) => `"${one}"`).join(", ")}`;
  if (name === undefined) return { problem: `${where} has no current context; ${listed}: set kubeContext` };
  const found = contexts.find((one) => one.name === name)?.context;
  if (found === undefined)
    return { problem: `"${name}" is not a context of ${where}; ${listed}${closest(name, names)}` };
  const cluster = configs.flatMap((config) => config.clusters ?? []).find((one) => one.name === found.cluster);
  const user = configs.flatMap((config) => config.users ?? []).find((one) => one.name === found.user);
  if (cluster?.cluster.server === undefined)
    return {
      problem: `the context "${name}" of ${where} names the cluster "${found.cluster}", which it does not define`,
    };
  if (user === undefined)
    return { problem: `the context "${name}" of ${where} names the user "${found.user}", which it does not define` };
  return {
    context: name,
    server: cluster.cluster.server,
    kubeconfig: stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [cluster],
      users: [user],
      contexts: [{ name, context: found }],
      "current-context": name,
    }),
  };
}

/** Embeds the certificates and keys of a kubeconfig, because another machine may read the state without the files. */
function flattened({ text, folder }: Source): Kubeconfig | undefined {
  let config: unknown;
  try {
    config = parse(text);
  } catch {
    return undefined;
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) return undefined;
  const found = config as Kubeconfig;
  const inline = (owner: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(owner).map(([key, value]) => {
        const isFile = ["certificate-authority", "client-certificate", "client-key"].includes(key);
        if (!isFile || typeof value !== "string") return [key, value];
        const file = resolve(folder, value);
        return existsSync(file) ? [`${key}-data`, readFileSync(file).toString("base64")] : [key, file];
      }),
    );
  return {
    ...found,
    clusters: (found.clusters ?? []).map((one) => ({ ...one, cluster: inline(one.cluster) })),
    users: (found.users ?? []).map((one) => ({ ...one, user: inline(one.user) })),
  };
}
