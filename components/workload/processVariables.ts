/** Environment variables that a workload must not set, because they would make it unstable, unreachable or insecure. */
import { heapOption, inspectorOf } from "@tarmac/validate/nodeOptions";
import { parseQuantity } from "@tarmac/validate/quantity";
import { variableNameProblem } from "@tarmac/validate/kubernetesNames";

/** Variables that tarmac sets, and their sources. */
const ownVariables = new Map([
  ["PORT", "port"],
  ["DRAIN_SECONDS", "drainSeconds"],
  ["POD_NAME", "the name of the pod"],
  ["NODE_NAME", "the name of the pod's node"],
  ["SERVICE_NAME", "the component's name"],
]);

/** Folders that PATH must contain, so that a program finds the tools of its image. */
const programFolders = ["/usr/local/bin", "/usr/bin", "/bin"];

/** Variables that tell frameworks which address to listen on. */
const listeningVariables = new Set([
  ...["HOST", "HOSTNAME", "BIND", "BIND_ADDR", "BIND_ADDRESS", "BIND_HOST", "LISTEN_ADDR", "LISTEN_ADDRESS"],
  ...["LISTEN_HOST", "SERVER_ADDRESS", "SERVER_HOST", "FASTIFY_ADDRESS", "NITRO_HOST", "NUXT_HOST"],
]);

/** Options that make Node do something other than run the program. Node refuses them in NODE_OPTIONS and exits. */
const otherModes =
  /^(?:-[cehipv]|--(?:check|completion-bash|eval|help|interactive|print|test|v8-options|version))(?:=|$)/;

/**
 * Returns the problem with an environment variable of a workload, or `undefined`.
 * @param value the user's raw value; a value that is not known yet is not checked
 */
export function processVariableProblem(name: string, value: unknown): string | undefined {
  const owner = ownVariables.get(name);
  if (owner !== undefined) return `${name} is set by tarmac (from ${owner}): remove it here`;
  if (/^KUBERNETES_(SERVICE_(HOST|PORT(_\w+)?)|PORT(_\w+)?)$/.test(name))
    return `${name} is set by Kubernetes, and tells libraries where its API is: remove it here, or use another name`;
  return variableNameProblem(name) ?? (typeof value === "string" ? valueProblem(name, value) : undefined);
}

function valueProblem(name: string, value: string): string | undefined {
  if (value.includes("\0"))
    return `the value of ${name} has a NUL character, which no environment variable can hold: remove it, or put the value into configFiles`;
  if (name === "PATH") return pathProblem(value);
  if (name === "NODE_OPTIONS") return nodeOptionsProblem(value);
  if (name === "NODE_TLS_REJECT_UNAUTHORIZED" && value === "0")
    return `"${name}: 0" makes the process accept every certificate, so that anybody in between can read its connections: remove it, and set NODE_EXTRA_CA_CERTS to the path of a certificate authority in configFiles`;
  if (listeningVariables.has(name) && /^(localhost|127(\.\d+){3}|\[?::1\]?)(:\d+)?$/i.test(value))
    return `"${name}: ${value}" makes the process listen inside of its container only, where neither probes nor the Service reach it: use "0.0.0.0", or remove it`;
  return undefined;
}

function pathProblem(value: string): string | undefined {
  const folders = value.split(":");
  const missing = programFolders.filter((folder) => !folders.includes(folder));
  if (missing.length === 0) return undefined;
  return `"PATH: ${value}" replaces the image's own, without ${missing.join(", ")}, so the container would not find its program (Kubernetes does not expand $PATH): remove it, or name all folders, e.g. "/app/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"`;
}

function nodeOptionsProblem(value: string): string | undefined {
  const words = value.split(/\s+/).filter((word) => word !== "");
  const [inspector] = words.flatMap((word) => inspectorOf(word) ?? []);
  if (inspector?.isLocal === false)
    return `"${inspector.option}" in NODE_OPTIONS opens Node's debugger to whoever reaches the pod, who can then run code in it: remove it, or use "--inspect" and kubectl port-forward`;
  if (inspector?.waits === true)
    return `"${inspector.option}" in NODE_OPTIONS makes the process wait for a debugger, so it never serves: use "--inspect", or remove it`;
  const mode = words.find((word) => otherModes.test(word));
  return mode === undefined
    ? undefined
    : `"${mode}" is an option that Node does not allow in NODE_OPTIONS, where it exits with code 9: remove it, and put it into CMD of the Dockerfile`;
}

/**
 * Returns the problem with a NODE_OPTIONS heap size and the memory limit, or `undefined`.
 * @param nodeOptions value of the variable, as far as it is known
 */
export function heapProblem(nodeOptions: unknown, memoryLimit: string): string | undefined {
  const limit = parseQuantity(memoryLimit);
  if (typeof nodeOptions !== "string" || limit === undefined) return undefined;
  const heap = heapOption(nodeOptions.split(/\s+/), limit);
  if (heap?.isOverLimit !== true) return undefined;
  return `"${heap.option}" in NODE_OPTIONS lets the heap grow to ${Math.round(heap.bytes / 2 ** 20)}Mi, beyond what the memory limit "${memoryLimit}" has room for, so the kernel would kill the process before it collects garbage: remove it, raise the limit, or use "--max-old-space-size-percentage=75"`;
}
