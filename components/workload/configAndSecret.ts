/**
 * Values and files that the process is given by a ConfigMap and a Secret.
 *
 * Both are immutable and have names that the provider makes up, another one for each change. So a change rolls the pods;
 * pods of a rollout that fails leave the old pods with the old values, even when one of those starts again; and nothing
 * in a name or an annotation tells of a secret's content, as a checksum would. What no pod uses any more is deleted at
 * the end of the update.
 */
import * as pulumi from "@pulumi/pulumi";
import { ConfigMap, Secret } from "@pulumi/kubernetes/core/v1/index.js";
import type { input } from "@pulumi/kubernetes/types/index.js";
import { fileKey } from "@tarmac/validate/containerPath";
import type { WorkloadSettings } from "./workloadArgs.ts";

type Values = Pick<WorkloadSettings, "configValues" | "secretValues" | "configFiles" | "secretFiles">;

/** Names of the ConfigMap and the Secret; `undefined` of one that holds nothing. */
export interface ValueSources {
  config?: pulumi.Input<string>;
  secret?: pulumi.Input<string>;
}

/** The most that the API server stores of a ConfigMap or a Secret, in bytes. */
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

/** What is wrong with values that are more than fits, as far as they are known, said of what is larger: the variables or the files. */
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

/** Makes the ConfigMap and the Secret, as far as there is something to put into them. */
export function makeValues(
  name: string,
  s: Values,
  metadata: input.meta.v1.ObjectMeta,
  options: pulumi.CustomResourceOptions,
): ValueSources {
  // No name of their own, or the provider could not make another one for each change.
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

/** The variables of the container that come from ConfigMap and Secret. */
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

/** Volumes and mounts of the files, each alone at its path, so that its neighbours in the image stay visible. */
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
        : // The process reads them as member of its group (fsGroup); nobody else does.
          [{ name: "secret", secret: { secretName: secret, items: items(s.secretFiles), defaultMode: 0o440 } }]),
    ],
    mounts: [...mounts("config", s.configFiles), ...mounts("secret", s.secretFiles)],
  };
}
