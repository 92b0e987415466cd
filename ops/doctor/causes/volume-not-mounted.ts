import { type MountFailure, mountFailures } from "../facts/mountFailure.ts";
import { quoteEvent } from "../facts/eventFacts.ts";
import { nameOf, type PodFacts } from "../facts/podFacts.ts";
import { changedBy, changePod, run } from "../fixes/changeOwner.ts";
import { useFewerDisks } from "../fixes/generalAdvice.ts";
import { describePod } from "../fixes/lookFurther.ts";
import type { Step } from "./cause.ts";
import { podCause } from "./cause.ts";

export const volumeNotMounted = podCause({
  code: "volume-not-mounted",
  stage: "config",
  recovery: "possible",
  proof: (pod) => {
    // The kubelet also reports a timeout; an earlier event says what it waited for.
    const failures = mountFailures(pod.events);
    const failure = failures.find(({ kind }) => kind !== "timeout") ?? failures[0];
    const subPath = pod.containers.find(
      ({ waiting }) => waiting?.reason === "CreateContainerConfigError" && /subPath/i.test(waiting.message),
    );
    if (subPath !== undefined)
      return {
        kind: "subpath" as const,
        volume: /volumeMount "([^"]+)"/.exec(subPath.waiting?.message ?? "")?.[1],
        words: subPath.waiting?.message ?? "",
        evidence: [`${nameOf(pod, subPath)} waits: ${subPath.waiting?.message}`],
        container: subPath.name,
      };
    if (failure === undefined || pod.containers.some(({ runningSince }) => runningSince !== undefined))
      return undefined;
    return { ...failure, evidence: failures.slice(0, 2).map(({ event }) => quoteEvent(event)) };
  },
  claim: (pod, proof) => ({
    title: `The volume "${proof.volume ?? "?"}" cannot be mounted: ${why(proof)}`,
    ...("container" in proof ? { container: proof.container } : {}),
    evidence: proof.evidence,
    mend: steps(pod, proof),
  }),
});

type Proof = Pick<MountFailure, "kind" | "words" | "path"> & { volume?: string | undefined };

function why({ kind, words, path }: Proof): string {
  if (kind === "host-path")
    return `${/hostPath type check failed: (.*)$/.exec(words)?.[1] ?? `"${path}" is not of the type that the pod asks for`}`;
  const tail = words
    .replace(/^MountVolume\.\w+ failed for volume "[^"]+" : /, "")
    .replace(/^rpc error: code = \w+ desc = /, "");
  // The mount program's own words come after its arguments.
  const output = /\bOutput: (.+?)(?:\nRefer to |\n\n|$)/s.exec(tail)?.[1];
  return (output ?? tail).replace(/\s+/g, " ").trim().slice(0, 200);
}

function steps(pod: PodFacts, { kind, volume, words }: Proof): Step[] {
  const [, missing] = /SecretProviderClass\S* "([^"]+)" not found/i.exec(words) ?? [];
  if (missing !== undefined)
    return [
      run(
        `Show which SecretProviderClasses exist. "${missing}" must be in the pod's namespace:`,
        `kubectl get secretproviderclass --namespace ${pod.namespace}`,
      ),
      { say: `Create the SecretProviderClass "${missing}", or correct the volume's secretProviderClass.` },
    ];
  if (/maximum number of data disks/i.test(words)) return [useFewerDisks, describePod(pod)];
  switch (kind) {
    case "host-path":
      return [
        ...(volume === undefined
          ? []
          : changePod(changedBy(pod), "If the directory may be created on the node, say so:", {
              volumes: [{ name: volume, hostPath: { type: "DirectoryOrCreate" } }],
            })),
        { say: "Or correct the path: it is one of the node that the pod runs on." },
      ];
    case "key-vault":
      return [
        run(
          "Show the SecretProviderClass: its vault, objects, tenant and identity:",
          `kubectl get secretproviderclass --namespace ${pod.namespace} --output yaml`,
        ),
        {
          say: "The identity that it names needs the role Key Vault Secrets User on the vault, and for workload identity a federated credential for the pod's ServiceAccount.",
        },
      ];
    case "permission":
      if (/mount error\(13\)|\bcifs\b/.test(words))
        return [
          {
            say: "The share refuses the account's key: after a rotation of keys, the Secret that the volume uses holds the former one. Replace the key in it.",
          },
          {
            say: "Or the storage account's network rules refuse the nodes: allow their subnet, or give the account a private endpoint in it.",
          },
          describePod(pod),
        ];
      if (/mount\.nfs/.test(words))
        return [
          {
            say: "The NFS server does not export this path to the nodes: allow their addresses in its export or network rules, and check the path.",
          },
          describePod(pod),
        ];
      return [
        {
          say: "The cluster's identity needs a role on the disk or share: Contributor on the resource group that holds it, if it is not the node resource group.",
        },
        describePod(pod),
      ];
    case "subpath":
      return [
        {
          say: "Check the subPath against what the volume holds: it must not leave the volume, and a path through a file cannot exist.",
        },
        describePod(pod),
      ];
    default:
      return [describePod(pod, "Show all that the kubelet says about the pod's volumes:")];
  }
}
