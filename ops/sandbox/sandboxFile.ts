/** The stack file of a sandbox: the template's settings plus those specific to a sandbox. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { parseDocument, Scalar, type Document } from "yaml";
import { azureSettingsIn } from "../azure/azureSettings.ts";
import { backendTag } from "../azure/marks.ts";
import type { AzureSettings } from "../azure/signIn.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { projectNameIn } from "../project.ts";
import { appNameIn } from "../stackFiles/appName.ts";
import { ownSetting } from "../stackFiles/ownSetting.ts";
import { setConfig, stackFile, stacksIn } from "../stackFiles/stackFile.ts";

export interface SandboxSettings {
  stack: string;
  owner: string;
  /** ISO 8601, UTC. */
  expires: string;
  /** Mark of the state backend: see backendMark. */
  backend: string;
}

/**
 * Writes the stack file from the template. Earlier contents are dropped, except the key to its secrets.
 * @param form name of the stack whose file is the template, e.g. "sandbox"
 * @throws CouldNotRun if that file does not exist
 */
export function writeStackFile(folder: string, form: string, settings: SandboxSettings): void {
  const { stack, owner, expires, backend } = settings;
  const source = stackFile(folder, form);
  if (!existsSync(source)) {
    throw new CouldNotRun(
      `there is no Pulumi.${form}.yaml to make a sandbox from: use --from with one of ${stacksIn(folder).join(", ")}`,
    );
  }
  const document = parseDocument(readFileSync(source, "utf8"));
  document.commentBefore = ` A sandbox, made from Pulumi.${form}.yaml.`;
  const name = projectNameIn(folder);
  const config = (document.toJS() as StackFile | null)?.config ?? {};
  refuseSharedGrant(form, config, name);
  setOwn(document, name, {
    owner,
    expires: quoted(expires),
    tags: { ...tagsIn(config, name), [backendTag]: backend },
    protect: false,
    // On a shared cluster or registry, the sandbox has its own namespace or repository, which can be deleted as a
    // whole.
    namespace: stack,
    repository: `${appNameIn(config, name)}/${stack}`,
  });
  keepKey(folder, stack, document);
  writeFileSync(stackFile(folder, stack), document.toString(), { mode: 0o600 });
}

/** Sets the project's own settings, which the template may have without the project's name. */
function setOwn(document: Document, name: string, values: Readonly<Record<string, unknown>>): void {
  setConfig(document, Object.fromEntries(Object.entries(values).map(([key, value]) => [`${name}:${key}`, value])));
  for (const key of Object.keys(values)) document.deleteIn(["config", key]);
}

/** YAML would parse an unquoted time as a timestamp, and Pulumi would pass it on in another format. */
function quoted(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = "QUOTE_DOUBLE";
  return scalar;
}

/** The file contains the key that encrypts the stack's state and settings, unless the template has its own. */
function keepKey(folder: string, stack: string, document: Document): void {
  if (!existsSync(stackFile(folder, stack))) return;
  const before = parseDocument(readFileSync(stackFile(folder, stack), "utf8"));
  for (const key of ["secretsprovider", "encryptedkey", "encryptionsalt"]) {
    if (!document.has(key) && before.has(key)) document.set(key, before.get(key));
  }
}

/**
 * The secrets provider of the sandbox, if the template names one. Pulumi uses a passphrase for every new stack unless
 * told otherwise, whatever the stack's file says.
 * @returns arguments for `pulumi stack init`
 */
export function secretsProvider(folder: string, stack: string): string[] {
  const { secretsprovider } = (parseDocument(readFileSync(stackFile(folder, stack), "utf8")).toJS() ?? {}) as {
    secretsprovider?: unknown;
  };
  return typeof secretsprovider === "string" ? ["--secrets-provider", secretsprovider] : [];
}

/** Writes the sandbox's expiry into its file, which must exist. */
export function writeExpiry(folder: string, stack: string, expires: string): void {
  const file = stackFile(folder, stack);
  const document = parseDocument(readFileSync(file, "utf8"));
  setOwn(document, projectNameIn(folder), { expires: quoted(expires) });
  writeFileSync(file, document.toString(), { mode: 0o600 });
}

export const removeStackFile = (folder: string, stack: string): void =>
  rmSync(stackFile(folder, stack), { force: true });

interface StackFile {
  config?: Record<string, unknown>;
}

/** The template's own tags: YAML, or JSON as `pulumi config set` writes it. @throws CouldNotRun for anything else */
function tagsIn(config: Record<string, unknown>, name: string): Record<string, unknown> {
  const tags = ownSetting(config, "tags", name) ?? {};
  try {
    return (typeof tags === "string" ? JSON.parse(tags) : tags) as Record<string, unknown>;
  } catch (cause) {
    throw new CouldNotRun(`${name}:tags: ${JSON.stringify(tags)} is not a map; use e.g. {"cost-center": "4711"}`, {
      cause,
    });
  }
}

/**
 * An identity can have a role on a registry only once. Sandboxes that share both would share the assignment, and the
 * first to be deleted would remove it for all.
 */
function refuseSharedGrant(form: string, config: Record<string, unknown>, name: string): void {
  const shared = ["existingRegistry", "kubeletObjectId"].map((key) => ownSetting(config, key, name));
  if (shared.includes(undefined)) return;
  throw new CouldNotRun(
    `Pulumi.${form}.yaml names a registry and a kubelet identity that sandboxes share (${name}:existingRegistry and ${name}:kubeletObjectId): ` +
      `deleting the first sandbox would revoke the right to pull for all. Attach them once, for all (az aks update --attach-acr), and remove ${name}:kubeletObjectId`,
  );
}

/** The app of a sandbox, as in the tag `app` of all its resources. */
export const appOf = (folder: string, stack: string, form: string): string =>
  appNameIn(configOf(folder, stack, form), projectNameIn(folder));

/** Azure settings from the sandbox's file, or else from the template. */
export const azureSettings = (folder: string, stack: string, form: string): AzureSettings =>
  azureSettingsIn(configOf(folder, stack, form), projectNameIn(folder));

/**
 * The file with the sandbox's settings: its own, or else the template; `undefined` if neither exists. A file without
 * settings does not count: Pulumi writes one that contains only the key on a machine that had none.
 */
export const settingsFile = (folder: string, stack: string, form: string): string | undefined =>
  [stackFile(folder, stack), stackFile(folder, form)].find(
    (file) => existsSync(file) && (read(file)?.config ?? undefined) !== undefined,
  );

export function configOf(folder: string, stack: string, form: string): Record<string, unknown> {
  const file = settingsFile(folder, stack, form);
  return file === undefined ? {} : (read(file)?.config ?? {});
}

const read = (file: string) => parseDocument(readFileSync(file, "utf8")).toJS() as StackFile | null;
