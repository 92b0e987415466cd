/**
 * What a printed command changes, without the names and values of one failure. Commands of one form come from the same
 * code. The owner's kind does not count, because `changeOwner.ts` writes the same change for each kind.
 */

/** Commands that only show something, and those that wait for another command's result. */
const reads =
  /^(?:kubectl (?:describe|logs|top|exec|auth can-i|get (?!.* \| kubectl | .* \| xargs ))|az .*\b(?:show|list|check-acr|list-[a-z]+)\b|curl |nslookup |openssl |docker )/;

/** @returns undefined for a command that changes nothing */
export function formOf(command: string): string | undefined {
  if (reads.test(command) && !/ \| (?:kubectl|xargs) /.test(command)) return undefined;
  const created = /^echo '((?:[^']|'\\'')*)' \| kubectl (?:apply|create)/.exec(command)?.[1];
  if (created !== undefined) return `create ${(JSON.parse(unquoted(created)) as { kind: string }).kind}`;
  const patch = / --patch (?:'((?:[^']|'\\'')*)'|(\{\S*\}))/.exec(command);
  if (patch !== null) return patched(command, JSON.parse(unquoted(patch[1] ?? patch[2] ?? "{}")));
  if (command.startsWith("kubectl set image ")) return "change pod: containers.image";
  if (command.startsWith("kubectl set env ")) return "change pod: containers.env";
  return command
    .split(/ (?:\||&&) /)
    .flatMap((part) => verbsOf(part.trim()) ?? [])
    .join(", ");
}

const unquoted = (text: string): string => text.replaceAll("'\\''", "'");

/** Program and subcommands, e.g. "kubectl create secret". */
function verbsOf(command: string): string | undefined {
  const [program = "", ...words] = command.split(" ");
  const end = words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word));
  const verbs = end === -1 ? words : words.slice(0, end);
  const count = program === "kubectl" ? (["create", "rollout"].includes(verbs[0] ?? "") ? 2 : 1) : verbs.length;
  return ["kubectl", "az", "pulumi"].includes(program) ? [program, ...verbs.slice(0, count)].join(" ") : undefined;
}

const ofPod = /^spec\.(?:jobTemplate\.spec\.)?template\.(?:spec\.)?/;
/** Fields that `kubectl replace --force` needs to create an object again. */
const ofCreation =
  /controller-uid$|^(?:spec\.)?(?:selector|nodeName)$|^metadata\.(?:resourceVersion|uid|annotations|finalizers|ownerReferences)$|^status$|^spec\.volumeName$/;

function patched(command: string, patch: unknown): string {
  const kind = /\bkubectl (?:patch|get) ([a-z]+)/.exec(command)?.[1] ?? "object";
  if (Array.isArray(patch))
    return `change ${kind}: ${(patch as { path: string }[]).map(({ path }) => path.replaceAll(/\d+/g, "N")).join(", ")}`;
  const isNew = / \| kubectl (?:replace|create) /.test(command);
  const paths = leaves(patch);
  const kept = isNew ? paths.filter((path) => !ofCreation.test(path.replace(ofPod, ""))) : paths;
  const toPod = paths.some((path) => ofPod.test(path)) || (isNew && /^(?:pod|job)$/.test(kind));
  const short = kept
    .map((path) => path.replace(ofPod, ""))
    .map((path) => (toPod && kind === "pod" ? path.replace(/^spec\./, "") : path))
    .map((path) => path.replace(/\b(?:startup|liveness|readiness)Probe\b/, "probe").replace(/^initC/, "c"))
    .map((path) => path.split(".").slice(0, depthOf(path)).join("."));
  const changed = [...new Set(short)].sort().join(", ");
  if (changed === "" || changed === "spec") return "create again";
  if (changed === "metadata.finalizers") return "release object";
  if (changed.startsWith("containers.$patch")) return "change pod: sidecar";
  return `change ${toPod ? "pod" : kind}: ${changed}`;
}

/** Number of parts of a path that tell what is changed; what follows are names and values. */
function depthOf(path: string): number {
  if (/^containers\.(?:probe|resources|securityContext|lifecycle)\b/.test(path)) return 3;
  return /^(?:nodeSelector|tolerations|topologySpreadConstraints|data|stringData)\b/.test(path) ? 1 : 2;
}

/**
 * Paths of the values. An entry of a list has the list's path, and the key by which lists are merged does not count.
 * Neither does what is removed beside what is set.
 */
function leaves(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) {
    const objects = value.filter((one) => typeof one === "object");
    return objects.length === 0 ? [path] : objects.flatMap((one) => leaves(one, path));
  }
  if (typeof value !== "object" || value === null) return [path];
  const named = Object.entries(value).filter(([key]) => !(key === "name" && /(?:[cC]ontainers|volumes)$/.test(path)));
  const set = named.filter(([, one]) => one !== null);
  const entries = set.length === 0 || !path.endsWith("Probe") ? named : set;
  if (entries.length === 0) return path === "" ? [] : [path];
  return entries.flatMap(([key, one]) => leaves(one, path === "" ? key : `${path}.${key}`));
}
