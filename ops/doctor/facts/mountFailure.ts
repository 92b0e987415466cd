/**
 * Parses why a volume of a pod is not attached or mounted, or its sandbox is not created. Sources:
 * kubernetes/pkg/volume, pkg/kubelet/volumemanager, pkg/kubelet/kuberuntime/kuberuntime_sandbox.go.
 */
import type { Event } from "../../cluster/kubernetesObjects.ts";

export type MountKind =
  | "config-missing"
  | "key-missing"
  | "driver-missing"
  | "in-use"
  | "host-path"
  | "subpath"
  | "key-vault"
  | "permission"
  | "volume-missing"
  | "timeout"
  | "other";

export interface MountFailure {
  kind: MountKind;
  /** The volume's name in the pod. */
  volume?: string;
  /** For missing configuration: the object. */
  object?: { kind: "ConfigMap" | "Secret"; name: string };
  /** For a missing key. */
  key?: string;
  /** For a missing CSI driver. */
  driver?: string;
  /** For a host path. */
  path?: string;
  words: string;
  event: Event;
}

/** The current failures, newest first: an image is pulled only once all volumes are mounted. */
export function mountFailures(events: readonly Event[]): MountFailure[] {
  const progress = events.findIndex(({ reason = "" }) => ["Pulling", "Pulled", "Created", "Started"].includes(reason));
  return (progress === -1 ? events : events.slice(0, progress)).flatMap((event) => parseMountFailure(event) ?? []);
}

function parseMountFailure(event: Event): MountFailure | undefined {
  if (!["FailedMount", "FailedAttachVolume", "FailedMapVolume"].includes(event.reason ?? "")) return undefined;
  const words = (event.message ?? "").trim();
  const volume = /(?:for|to) volume "([^"]+)"/.exec(words)?.[1] ?? /unmounted volumes=\[([^\], ]+)/.exec(words)?.[1];
  return { ...kindOf(words), ...(volume === undefined ? {} : { volume }), words, event };
}

function kindOf(words: string): Omit<MountFailure, "words" | "event" | "volume"> {
  const key = /references non-existent (?:config|secret) key: (\S+)/i.exec(words);
  if (key !== null) return { kind: "key-missing", key: key[1] ?? "" };
  const object = /\b(configmap|secret) "([^"]+)" not found/i.exec(words);
  if (object !== null)
    return {
      kind: "config-missing",
      object: { kind: object[1]?.toLowerCase() === "secret" ? "Secret" : "ConfigMap", name: object[2] ?? "" },
    };
  const unregistered = /object "[^"]+"\/"([^"]+)" not registered/.exec(words);
  if (unregistered !== null) return { kind: "timeout" };
  const driver = /driver name (\S+) not found in the list of registered CSI drivers/.exec(words);
  if (driver !== null) return { kind: "driver-missing", driver: driver[1] ?? "" };
  if (
    /Multi-Attach error|already (?:exclusively )?attached|is already used by pod|volume is already (?:exclusively )?mounted|ReadWriteOncePod/i.test(
      words,
    )
  )
    return { kind: "in-use" };
  const host = /hostPath type check failed: (\S+) is not (?:a|an) /.exec(words);
  if (host !== null) return { kind: "host-path", path: host[1] ?? "" };
  if (/keyvault|key vault|secretproviderclass|secrets-store|objectType|AADSTS/i.test(words))
    return { kind: "key-vault" };
  if (/subpath/i.test(words)) return { kind: "subpath" };
  if (/AuthorizationFailed|permission denied|access denied by server|access denied|mount error\(13\)/i.test(words))
    return { kind: "permission" };
  if (/persistentvolume\S* "[^"]+" not found|disk.*(?:was )?not found|ResourceNotFound|mount error\(2\)/i.test(words))
    return { kind: "volume-missing" };
  if (/timed out waiting for the condition|context deadline exceeded/i.test(words)) return { kind: "timeout" };
  return { kind: "other" };
}
