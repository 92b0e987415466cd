/**
 * The part of the Secrets Store CSI driver. The kubelet calls it over the real interface. It mounts a folder in memory, fills it, and
 * creates the Secrets that a SecretProviderClass asks for. Not simulated: its pods, its metrics, and the objects in which the driver
 * records what each pod has (SecretProviderClassPodStatus).
 *
 * https://secrets-store-csi-driver.sigs.k8s.io/concepts
 */
import { mkdirSync, rmSync } from "node:fs";
import type { V1Secret } from "@kubernetes/client-node";
import { run } from "../../host/command.ts";
import { mountsBelow, unmount } from "../../host/mounts.ts";
import type { Cloud } from "../cloud.ts";
import type { CsiDriver, PublishRequest } from "./csiServer.ts";
import type { SecretProviderClass } from "./driverObjects.ts";
import { providedFiles } from "./providedFiles.ts";
import { writeVolume } from "./volumeFiles.ts";

/** How a folder in memory is mounted and unmounted. */
export interface Mounter {
  isMounted(path: string): boolean;
  mount(path: string): Promise<void>;
  unmount(path: string): Promise<void>;
}

export const systemMounter: Mounter = {
  isMounted: (path) => mountsBelow(path).includes(path),
  mount: async (path) => void (await run("mount", ["-t", "tmpfs", "tmpfs", path])),
  unmount: (path) => unmount(mountsBelow(path)),
};

/** @param rotation milliseconds after which a volume is filled again; undefined: never */
export function csiDriver(cloud: Cloud, rotation: () => number | undefined, mounter: Mounter): CsiDriver {
  /** When each volume was last filled, in milliseconds. */
  const filled = new Map<string, number>();

  async function fill(path: string, podClass: SecretProviderClass, pod: Pod): Promise<void> {
    const files = await providedFiles(cloud, { ...podClass.spec?.parameters, ...pod.context });
    writeVolume(path, files);
    filled.set(path, Date.now());
    await createSecrets(cloud, podClass, pod, files).catch((error: Error) => {
      // The pod then waits for a Secret that does not exist.
      process.stderr.write(`secrets store: FailedToCreateSecret of ${pod.label}: ${error.message}\n`);
    });
  }

  return {
    async publish({ targetPath, volumeContext, readonly }) {
      const pod = podOf(volumeContext);
      const mounted = mounter.isMounted(targetPath);
      const after = rotation();
      if (mounted && (after === undefined || Date.now() < (filled.get(targetPath) ?? 0) + after)) return;
      const podClass = await classOf(cloud, pod);
      if (!readonly) throw new Error("Readonly is not true in request");
      if (!mounted) {
        mkdirSync(targetPath, { recursive: true, mode: 0o750 });
        await mounter.mount(targetPath);
      }
      try {
        await fill(targetPath, podClass, pod);
      } catch (error) {
        const failure = `failed to mount secrets store objects for pod ${pod.label}, err: rpc error: code = Unknown desc = failed to mount objects, error: ${(error as Error).message}`;
        process.stderr.write(`secrets store: ${failure}\n`);
        // A running pod keeps the files that it has.
        if (mounted) return;
        await mounter.unmount(targetPath);
        throw new Error(failure, { cause: error });
      }
    },

    async unpublish(targetPath) {
      filled.delete(targetPath);
      if (mounter.isMounted(targetPath)) await mounter.unmount(targetPath);
      rmSync(targetPath, { recursive: true, force: true });
    },
  };
}

interface Pod {
  namespace: string;
  name: string;
  /** NAMESPACE/NAME */
  label: string;
  context: PublishRequest["volumeContext"];
}

function podOf(context: PublishRequest["volumeContext"]): Pod {
  const of = (key: string) => context[`csi.storage.k8s.io/pod.${key}`] ?? "";
  return { namespace: of("namespace"), name: of("name"), label: `${of("namespace")}/${of("name")}`, context };
}

/** @throws Error with the driver's words when the pod's SecretProviderClass is missing or incomplete */
async function classOf(cloud: Cloud, { namespace, context }: Pod): Promise<SecretProviderClass> {
  const name = context.secretProviderClass ?? "";
  if (name === "") throw new Error("secretProviderClass is not set");
  const found = await cloud.kubernetes.secretProviderClass(namespace, name);
  if (found === undefined)
    throw new Error(
      `failed to get secretproviderclass ${namespace}/${name}, error: SecretProviderClass.secrets-store.csi.x-k8s.io "${name}" not found`,
    );
  const { provider, parameters } = found.spec ?? {};
  if (provider === undefined || provider === "") throw new Error(`provider not set in ${namespace}/${name}`);
  if (provider !== "azure")
    throw new Error(`error connecting to provider "${provider}": provider not found: provider "${provider}"`);
  if (Object.keys(parameters ?? {}).length === 0) throw new Error(`parameters not set in ${namespace}/${name}`);
  return found;
}

/** Creates or updates the Secrets of a class from the files of a volume. They are deleted with the owner of the pod. */
async function createSecrets(
  cloud: Cloud,
  { spec }: SecretProviderClass,
  { namespace, name }: Pod,
  files: ReadonlyMap<string, Buffer>,
): Promise<void> {
  for (const { secretName = "", type = "", labels, annotations, data = [] } of spec?.secretObjects ?? []) {
    if (secretName === "") throw new Error("secret name is empty");
    if (type === "") throw new Error("secret type is empty");
    if (data.length === 0) throw new Error("data is empty");
    const content = data.map(({ objectName = "", key = "" }) => {
      const file = files.get(objectName);
      if (file === undefined) throw new Error(`file matching objectName ${objectName} not found in the pod`);
      return [key, file.toString("base64")] as const;
    });
    const secret: V1Secret = {
      ...{ apiVersion: "v1", kind: "Secret", type, data: Object.fromEntries(content) },
      metadata: {
        ...{ namespace, name: secretName },
        labels: { ...labels, "secrets-store.csi.k8s.io/managed": "true" },
        ...(annotations !== undefined && { annotations }),
      },
    };
    await cloud.kubernetes.putSecretOf({ namespace, name }, secret);
  }
}
