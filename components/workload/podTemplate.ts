/** The pod template: it meets the `restricted` Pod Security standard, and applies lessons from running clusters. */
import * as pulumi from "@pulumi/pulumi";
import type { input } from "@pulumi/kubernetes/types/index.js";
import { useLabel } from "../azure/workloadIdentity.ts";
import type { ProbeArgs, WorkloadSettings } from "./workloadArgs.ts";
import { placement } from "./podPlacement.ts";
import { storageOf } from "./writableFolders.ts";
import { valueFiles, valueVariables, type ValueSources } from "./configAndSecret.ts";
import { keyVaultVariables, keyVaultVolume, type KeyVaultSources } from "./keyVaultSecrets.ts";

/**
 * Name of the container's port. Probes, the Service and policies refer to the name, so they follow when the number
 * changes.
 */
export const portName = "http";

/**
 * @param name the workload's name, passed to the process as SERVICE_NAME
 * @param selector labels that only this workload's pods have
 * @param serviceAccount name of the ServiceAccount
 * @param sources sources of its values and files
 */
export function podTemplate(
  name: string,
  s: WorkloadSettings,
  selector: Record<string, string>,
  serviceAccount: input.core.v1.PodSpec["serviceAccountName"],
  sources: ValueSources & { keyVault?: KeyVaultSources | undefined } = {},
): input.core.v1.PodTemplateSpec {
  const storage = storageOf(s.tmpSize, s.writablePaths);
  const files = valueFiles(s, sources);
  const secrets = s.keyVault?.secrets ?? {};
  const keyVault = sources.keyVault && {
    ...keyVaultVolume(secrets, sources.keyVault),
    variables: keyVaultVariables(secrets, sources.keyVault),
  };
  return {
    metadata: {
      labels: { ...s.labels, ...(s.identity !== undefined && { [useLabel]: "true" }), ...selector },
      ...(Object.keys(s.podAnnotations).length > 0 && { annotations: s.podAnnotations }),
    },
    spec: {
      serviceAccountName: serviceAccount,
      // The service does not use the Kubernetes API. A token would only help an attacker.
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(s.imagePullSecrets.length > 0 && {
        imagePullSecrets: s.imagePullSecrets.map((secret) => ({ name: secret })),
      }),
      terminationGracePeriodSeconds: s.gracePeriodSeconds,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: s.userId,
        runAsGroup: s.userId,
        fsGroup: s.userId,
        seccompProfile: { type: "RuntimeDefault" },
      },
      ...placement(s, selector),
      containers: [
        {
          name,
          image: s.image,
          // With a digest there is nothing new to pull, but each start checks the node's right to pull.
          imagePullPolicy: "Always",
          ports: [{ name: portName, containerPort: s.port }],
          env: [
            { name: "PORT", value: String(s.port) },
            { name: "DRAIN_SECONDS", value: String(s.drainSeconds) },
            { name: "SERVICE_NAME", value: name },
            { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
            { name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
            ...Object.entries(s.environment).map(([variable, value]) => ({ name: variable, value: literal(value) })),
            ...valueVariables(s, sources),
            ...(keyVault?.variables ?? []),
          ],
          resources: {
            requests: { ...s.requests, "ephemeral-storage": "16Mi" },
            limits: { ...s.limits, "ephemeral-storage": storage.limit },
          },
          ...(s.startupSeconds > 0 && { startupProbe: startupProbe(s) }),
          livenessProbe: probe(s.liveness),
          readinessProbe: probe(s.readiness),
          lifecycle: s.preStopSeconds === 0 ? undefined : { preStop: { sleep: { seconds: s.preStopSeconds } } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: !s.writableRoot,
            capabilities: { drop: ["ALL"] },
          },
          volumeMounts: [...storage.mounts, ...files.mounts, ...(keyVault === undefined ? [] : [keyVault.mount])],
        },
      ],
      volumes: [...storage.volumes, ...files.volumes, ...(keyVault === undefined ? [] : [keyVault.volume])],
    },
  };
}

/**
 * Returns a value that reaches the process unchanged. In values in the pod spec (not in a ConfigMap or Secret),
 * Kubernetes turns `$$` into `$`, and `$(NAME)` into another variable's value. So each `$` before `$` or `(` is
 * doubled.
 * https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
const literal = (value: pulumi.Input<string>): pulumi.Input<string> =>
  typeof value === "string" ? doubled(value) : pulumi.output(value).apply(doubled);
const doubled = (value: string) => value.replaceAll(/\$(?=[$(])/g, "$$$$");

function probe({ path, ...timing }: ProbeArgs): input.core.v1.Probe {
  return { httpGet: { path, port: portName }, ...timing };
}

/**
 * Until the liveness path has answered once, no other probe runs. After `startupSeconds` without an answer, the kubelet
 * restarts the container.
 */
function startupProbe({ liveness, startupSeconds }: WorkloadSettings): input.core.v1.Probe {
  // Short enough to notice a start soon, but never shorter than a check's timeout.
  const periodSeconds = Math.max(2, liveness.timeoutSeconds);
  return {
    httpGet: { path: liveness.path, port: portName },
    periodSeconds,
    timeoutSeconds: liveness.timeoutSeconds,
    failureThreshold: Math.ceil(startupSeconds / periodSeconds),
  };
}
