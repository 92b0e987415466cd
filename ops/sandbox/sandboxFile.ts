/** The stack file of a sandbox: the form's settings, and those that make it one. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { parseDocument, Scalar, type Document } from "yaml";
import { azureSettingsIn } from "../azure/azureSettings.ts";
import type { AzureSettings } from "../azure/signIn.ts";
import { CouldNotRun } from "../couldNotRun.ts";
import { backendTag } from "./backendMark.ts";
import { generalSettings } from "@tarmac/settings/generalSettings";
import { setConfig, stackFile, stacksIn } from "../stackFiles/stackFile.ts";

export interface SandboxSettings {
  stack: string;
  owner: string;
  /** ISO 8601, UTC. */
  expires: string;
  /** Of the state backend: see backendMark. */
  backend: string;
}

/**
 * Writes the stack file from the form's. What the file had before goes, but for the key to its secrets.
 * @param form name of the stack whose file is the form, e.g. "sandbox"
 * @throws CouldNotRun when there is no such file
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
  const appName = appIn(document.toJS() as StackFile | null);
  refuseSharedGrant(form, document.toJS() as StackFile | null);
  setConfig(document, {
    "tarmac:owner": owner,
    "tarmac:expires": quoted(expires),
    "tarmac:tags": { ...tagsIn(document.toJS() as StackFile | null), [backendTag]: backend },
    "tarmac:protect": false,
    // On a cluster or a registry that others use too, it has a place of its own that can be deleted as a whole.
    "tarmac:namespace": stack,
    "tarmac:repository": `${appName}/${stack}`,
  });
  keepKey(folder, stack, document);
  writeFileSync(stackFile(folder, stack), document.toString(), { mode: 0o600 });
}

/** YAML would read a bare time as one, and Pulumi hand it on in another form. */
function quoted(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = "QUOTE_DOUBLE";
  return scalar;
}

/** The key that the stack's state and settings are encrypted with stands in its file, unless the form has one of its own. */
function keepKey(folder: string, stack: string, document: Document): void {
  if (!existsSync(stackFile(folder, stack))) return;
  const before = parseDocument(readFileSync(stackFile(folder, stack), "utf8"));
  for (const key of ["secretsprovider", "encryptedkey", "encryptionsalt"]) {
    if (!document.has(key) && before.has(key)) document.set(key, before.get(key));
  }
}

/**
 * What closes the sandbox's secrets, where the form names a key: Pulumi takes a passphrase for every new stack that is not
 * told of one, whatever its file says.
 * @returns arguments for `pulumi stack init`
 */
export function secretsProvider(folder: string, stack: string): string[] {
  const { secretsprovider } = (parseDocument(readFileSync(stackFile(folder, stack), "utf8")).toJS() ?? {}) as {
    secretsprovider?: unknown;
  };
  return typeof secretsprovider === "string" ? ["--secrets-provider", secretsprovider] : [];
}

/** Says in the file when the sandbox expires; without a file nothing is to be said. */
export function writeExpiry(folder: string, stack: string, expires: string): void {
  const file = stackFile(folder, stack);
  const document = parseDocument(readFileSync(file, "utf8"));
  setConfig(document, { "tarmac:expires": quoted(expires) });
  writeFileSync(file, document.toString(), { mode: 0o600 });
}

export const removeStackFile = (folder: string, stack: string): void =>
  rmSync(stackFile(folder, stack), { force: true });

interface StackFile {
  config?: Record<string, unknown>;
}

const appIn = (file: StackFile | null): string => {
  const named = file?.config?.["tarmac:appName"];
  return typeof named === "string" ? named : generalSettings.appName.default;
};

/** The form's own tags: YAML, or JSON as Pulumi's command writes it. @throws CouldNotRun for neither */
function tagsIn(file: StackFile | null): Record<string, unknown> {
  const tags = file?.config?.["tarmac:tags"] ?? {};
  try {
    return (typeof tags === "string" ? JSON.parse(tags) : tags) as Record<string, unknown>;
  } catch (cause) {
    throw new CouldNotRun(`tarmac:tags: ${JSON.stringify(tags)} is not a map; use e.g. {"cost-center": "4711"}`, {
      cause,
    });
  }
}

/**
 * One identity has a right at one registry once: sandboxes that share both would share the assignment, and the first that
 * goes would take it from all.
 */
function refuseSharedGrant(form: string, file: StackFile | null): void {
  const { "tarmac:existingRegistry": registry, "tarmac:kubeletObjectId": kubelet } = file?.config ?? {};
  if (registry === undefined || kubelet === undefined) return;
  throw new CouldNotRun(
    `Pulumi.${form}.yaml names a registry and a kubelet identity that sandboxes share (tarmac:existingRegistry and tarmac:kubeletObjectId): ` +
      "the first sandbox that goes would take the right to pull from all. Attach them once, for all (az aks update --attach-acr), and remove tarmac:kubeletObjectId",
  );
}

/** The app that a sandbox is of, as the tag `app` of all it makes says. */
export const appOf = (folder: string, stack: string, form: string): string =>
  appIn({ config: configOf(folder, stack, form) });

/** What the sandbox's file, or else the form's, says about Azure. */
export const azureSettings = (folder: string, stack: string, form: string): AzureSettings =>
  azureSettingsIn(configOf(folder, stack, form));

/**
 * The file that holds the sandbox's settings: its own, or else the form; `undefined` where there is neither. A file without
 * settings is none: Pulumi writes one for the key alone, on a machine that had none.
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
