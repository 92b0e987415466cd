/** The registry answers, but what was asked for is not there, is for other machines, or does not fit. */
import type { Diagnosis } from "../finding.ts";
import { editDistance } from "@tarmac/validate/editDistance";
import { rebuild, setImage } from "../remedy.ts";
import type { Subject } from "../subject.ts";
import { tagEvidence } from "./imageName.ts";
import { pullProblem, type PullProblem } from "./pullProblem.ts";

export function imageContent(subject: Subject): Diagnosis | undefined {
  const problem = pullProblem(subject);
  if (problem?.reference === undefined) return undefined;
  const { container, evidence, text } = problem;
  const shared = { container: container.name, evidence };
  if (/no match for platform|no matching manifest|image operating system/i.test(text))
    return wrongPlatform(subject, problem);
  if (/no space left on device/i.test(text)) {
    const size = problem.look?.compressedBytes;
    return {
      ...shared,
      code: "image-too-large",
      title: `The image does not fit on the disk of node "${subject.pod.spec?.nodeName}"`,
      evidence: [
        ...evidence,
        ...(size === undefined ? [] : [`${Math.round(size / 1e6)} MB to download, two to three times that on disk`]),
      ],
      mend: [
        rebuild(subject, "Make the image smaller (multi-stage build, a slim base, no build tools)."),
        {
          say: "Or give the nodes larger disks: a pool with another --node-osdisk-size.",
          command:
            "az aks nodepool add --resource-group GROUP --cluster-name CLUSTER --name larger --node-osdisk-size 128",
        },
      ],
    };
  }
  return /not found|manifest unknown|name unknown|does not exist/i.test(text) ? notFound(subject, problem) : undefined;
}

function notFound(subject: Subject, { container, reference, image, look, evidence }: PullProblem): Diagnosis {
  const { host = "", repository = "", tag = "latest", digest } = reference ?? {};
  const shared = { container: container.name };
  const asked =
    look === undefined || look.answer === "refused"
      ? ["the registry did not show this program what it holds: repository and tag may both be meant"]
      : [`the registry, asked as ${look.as}: ${look.problem ?? look.answer}`];
  const ends = (name: string) => `${host}/${name}${digest === undefined ? `:${tag}` : ""}`;
  if (look?.answer === "no-repository") {
    const near = (look.nearestRepositories ?? []).filter((name) => editDistance(name, repository) <= repository.length);
    return {
      ...shared,
      code: "repository-not-found",
      title: `The registry ${host} has no repository "${repository}"`,
      evidence: [...evidence, ...asked, ...(near.length > 0 ? [`its nearest repositories: ${near.join(", ")}`] : [])],
      mend: [
        setImage(
          subject,
          container.name,
          "Correct the repository, or push the image there first.",
          ends(near[0] ?? "REPOSITORY"),
        ),
      ],
    };
  }
  const tags = tagEvidence(look?.nearestTags, repository);
  if (digest !== undefined) {
    return {
      ...shared,
      code: "digest-not-found",
      title: `The registry ${host} no longer has this digest of "${repository}"`,
      evidence: [...evidence, ...asked, ...tags],
      mend: [
        rebuild(subject, "The manifest was deleted or never pushed: push it again."),
        { say: "Look for a retention policy or purge task that deletes what still runs." },
      ],
    };
  }
  return {
    ...shared,
    code: "tag-not-found",
    title: `The repository "${repository}" has no tag "${tag}"`,
    evidence: [...evidence, ...asked, ...tags],
    mend: [
      setImage(
        subject,
        container.name,
        "Use a tag that exists, or push this one.",
        `${image.slice(0, image.length - tag.length)}${look?.nearestTags?.[0] ?? "TAG"}`,
      ),
    ],
  };
}

/** "linux/amd64" of the node that runs the pod; undefined when it may not be looked at. */
export function platformOfNode({ node }: Subject): string | undefined {
  const info = node?.status?.nodeInfo;
  return info === undefined ? undefined : `${info.operatingSystem}/${info.architecture}`;
}

function wrongPlatform(subject: Subject, { container, image, look, evidence }: PullProblem): Diagnosis {
  const node = platformOfNode(subject);
  const has = look?.platforms?.join(", ");
  return {
    code: "wrong-platform",
    title: `The image is not built for the node's platform${node === undefined ? "" : `, ${node}`}`,
    container: container.name,
    evidence: [
      ...evidence,
      ...(has === undefined ? [] : [`"${image}" is built for: ${has}`]),
      ...(node === undefined ? [] : [`node "${subject.pod.spec?.nodeName}" is ${node}`]),
    ],
    mend: [
      rebuild(subject, `Build it for the nodes: docker build --platform ${node ?? "linux/amd64"}.`),
      { say: "Or for several at once:", command: `docker buildx build --platform linux/amd64,linux/arm64 --push .` },
    ],
  };
}
