/** Changes that cannot be made in place: the same ones as the official plugin's (provider/pkg/provider/diff.go). */
import type { Path } from "./equivalence.ts";
import type { ProviderSettings } from "./settings.ts";
import type { Kind } from "./typeToken.ts";

const anyIndex = "*";
type Pattern = string[];

function patterns(...paths: string[]): Pattern[] {
  return paths.map((path) => path.split("."));
}

const selector = patterns("spec.selector");
const containerFields = [
  "args",
  "command",
  "env",
  "image",
  "imagePullPolicy",
  "lifecycle",
  "livenessProbe",
  "ports",
  "readinessProbe",
  "resources",
  "securityContext",
  "stdin",
  "stdinOnce",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tty",
  "volumeDevices",
  "volumeMounts",
  "workingDir",
];
const podFields = [
  "affinity",
  "automountServiceAccountToken",
  "dnsConfig",
  "dnsPolicy",
  "enableServiceLinks",
  "hostAliases",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostname",
  "imagePullSecrets",
  "nodeName",
  "nodeSelector",
  "overhead",
  "preemptionPolicy",
  "priority",
  "priorityClassName",
  "readinessGates",
  "restartPolicy",
  "runtimeClassName",
  "schedulerName",
  "securityContext",
  "serviceAccount",
  "serviceAccountName",
  "shareProcessNamespace",
  "subdomain",
  "terminationGracePeriodSeconds",
  "volumes",
];
const volumeSources = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
];

const immutableFields: Record<string, Pattern[]> = {
  "apps/v1/DaemonSet": selector,
  "apps/v1/Deployment": selector,
  "apps/v1/StatefulSet": patterns(
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ),
  "batch/v1/Job": patterns("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": patterns("roleRef"),
  "rbac.authorization.k8s.io/v1/RoleBinding": patterns("roleRef"),
  "storage.k8s.io/v1/StorageClass": patterns("parameters", "provisioner"),
  "v1/PersistentVolume": volumeSources.map((source) => ["spec", source]),
  "v1/PersistentVolumeClaim": patterns("spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"),
  "v1/Pod": [
    ...podFields.map((field) => ["spec", field]),
    ...["containers", "initContainers"].flatMap((list) =>
      containerFields.map((field) => ["spec", list, anyIndex, field]),
    ),
  ],
  "v1/ResourceQuota": patterns("spec.scopes"),
  "v1/Secret": patterns("type"),
  "v1/Service": patterns("spec.clusterIP"),
};

const identity = patterns("metadata.name", "metadata.namespace");

/** The fields of this object whose change replaces it. `immutable` is the object's own field of that name. */
export function replacingFields(
  { apiVersion, kind }: Kind,
  immutable: boolean,
  settings: Pick<ProviderSettings, "secretMutable" | "configMapMutable">,
): Pattern[] {
  const name = `${apiVersion}/${kind}`;
  if (name === "v1/Secret" && (immutable || !settings.secretMutable)) {
    return [...identity, ...patterns("type", "stringData", "data")];
  }
  if (name === "v1/ConfigMap" && (immutable || !settings.configMapMutable)) {
    return [...identity, ...patterns("data", "binaryData")];
  }
  return [...identity, ...(immutableFields[name] ?? [])];
}

function holds(value: unknown, [first, ...rest]: Pattern): boolean {
  if (first === undefined) {
    return true;
  }
  if (Array.isArray(value)) {
    return first === anyIndex && value.some((member) => holds(member, rest));
  }
  return (
    typeof value === "object" &&
    value !== null &&
    first in value &&
    holds((value as Record<string, unknown>)[first], rest)
  );
}

/** True when a change at `path`, of a value `value`, touches one of the fields. */
export function touches(fields: Pattern[], path: Path, value: unknown): boolean {
  return fields.some((field) => {
    const common = Math.min(field.length, path.length);
    const onTheWay = field
      .slice(0, common)
      .every((key, i) => (key === anyIndex ? typeof path[i] === "number" : key === path[i]));
    return onTheWay && holds(value, field.slice(common));
  });
}
