/**
 * Values and files for the process, from a ConfigMap and a Secret.
 *
 * Both are immutable, and the provider gives them a new name for each change. So a change rolls the pods. If the
 * rollout fails, the old pods keep the old values, even when one of them restarts. No name or annotation reveals
 * anything about a secret's content, as a checksum would. Objects that no pod uses any more are deleted at the end of
 * the update.
 */
import * as pulumi from "@pulumi/pulumi";
import { ConfigMap, Secret } from "@pulumi/kubernetes/core/v1/index.js";
import type { input } from "@pulumi/kubernetes/types/index.js";
import { fileKey } from "@tarmac/validate/containerPath";
import type { WorkloadSettings } from "./workloadArgs.ts";

type Values = Pick<WorkloadSettings, "configValues" | "secretValues" | "configFiles" | "secretFiles">;

/** Names of the ConfigMap and the Secret; `undefined` for one without content. */
export interface ValueSources {
  config?: pulumi.Input<string>;
  secret?: pulumi.Input<string>;
}

/** Maximum size of a ConfigMap or Secret in the API server, in bytes. */
const largest = 2 ** 20;

const dataOf = (values: Record<string, pulumi.Input<string>>, files: Record<string, pulumi.Input<string>>) => ({
  ...values,
  ...Object.fromEntries(Object.entries(files).map(([path, content]) => [fileKey(path), content])),
});

const isEmpty = (data: object) => Object.keys(data).length === 0;

const sizeOf = (texts: Record<string, unknown>) =>
  Object.entries(texts)
    .flat()
    .reduce<number>((sum, text) => sum + (typeof text === "string" ? Buffer.byteLength(text) : 0), 0);

/**
 * Returns the problem with values that are too large, as far as they are known. It names the larger part: the variables
 * or the files.
 */
export function tooLargeFindings<Values extends string, Files extends string>(
  maps: Record<Values | Files, Record<string, unknown>>,
  values: Values,
  files: Files,
): (readonly [Values | Files, string])[] {
  const [ofValues, ofFiles] = [sizeOf(maps[values]), sizeOf(maps[files])];
  if (ofValues + ofFiles <= largest) return [];
  const [larger, other] = ofFiles > ofValues ? [files, values] : [values, files];
  const together = Math.min(ofValues, ofFiles) === 0 ? "" : `, together with ${other},`;
  return [
    [
      larger,
      `${Math.ceil((ofValues + ofFiles) / 1024)} KiB${together} exceed the 1024 KiB that Kubernetes stores in one object: keep large files in the image or in a storage account`,
    ],
  ];
}

/** Creates the ConfigMap and the Secret, each only if it has content. */
export function makeValues(
  name: string,
  s: Values,
  metadata: input.meta.v1.ObjectMeta,
  options: pulumi.CustomResourceOptions,
): ValueSources {
  // No fixed name, so that the provider can generate a new one for each change.
  const unnamed = { namespace: metadata.namespace, labels: metadata.labels };
  const config = dataOf(s.configValues, s.configFiles);
  const secret = dataOf(s.secretValues, s.secretFiles);
  return {
    ...(!isEmpty(config) && {
      config: new ConfigMap(`${name}-config`, { metadata: unnamed, data: config, immutable: true }, options).metadata
        .name,
    }),
    ...(!isEmpty(secret) && {
      secret: new Secret(
        `${name}-secret`,
        { metadata: unnamed, stringData: pulumi.secret(secret), immutable: true },
        options,
      ).metadata.name,
    }),
  };
}

/** Returns the container's variables that come from the ConfigMap and the Secret. */
export function valueVariables(s: Values, { config, secret }: ValueSources): input.core.v1.EnvVar[] {
  return [
    ...Object.keys(s.configValues).map((key) => ({
      name: key,
      valueFrom: { configMapKeyRef: { name: config, key } },
    })),
    ...Object.keys(s.secretValues).map((key) => ({
      name: key,
      valueFrom: { secretKeyRef: { name: secret, key } },
    })),
  ];
}

/**
 * Returns the volumes and mounts of the files. Each file is mounted alone, so that other files of the image in the same
 * folder stay visible.
 */
export function valueFiles(
  s: Values,
  { config, secret }: ValueSources,
): { volumes: input.core.v1.Volume[]; mounts: input.core.v1.VolumeMount[] } {
  const mounts = (volume: string, files: object) =>
    Object.keys(files).map((path) => ({ name: volume, mountPath: path, subPath: fileKey(path), readOnly: true }));
  const items = (files: object) => Object.keys(files).map((path) => ({ key: fileKey(path), path: fileKey(path) }));
  return {
    volumes: [
      ...(isEmpty(s.configFiles) ? [] : [{ name: "config", configMap: { name: config, items: items(s.configFiles) } }]),
      ...(isEmpty(s.secretFiles)
        ? []
        : // The process reads them as a member of its group (fsGroup). Other users cannot.
          [{ name: "secret", secret: { secretName: secret, items: items(s.secretFiles), defaultMode: 0o440 } }]),
    ],
    mounts: [...mounts("config", s.configFiles), ...mounts("secret", s.secretFiles)],
  };
}
