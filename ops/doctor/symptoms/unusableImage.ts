/** The registry answers, but the image is missing, is built for another platform, or does not fit on the node. */
import type { Diagnosis } from "../finding.ts";
import { editDistance } from "@tarmac/validate/editDistance";
import { rebuild, setImage } from "../remedy.ts";
import type { PodView } from "../podView.ts";
import { tagEvidence } from "./unusableImageName.ts";
import { pullProblem, type PullProblem } from "./failingPull.ts";

export function imageContent(view: PodView): Diagnosis | undefined {
  const problem = pullProblem(view);
  if (problem?.reference === undefined) return undefined;
  const { container, evidence, text } = problem;
  const shared = { container: container.name, evidence };
  if (/no match for platform|no matching manifest|image operating system/i.test(text))
    return wrongPlatform(view, problem);
  if (/no space left on device/i.test(text)) {
    const size = problem.look?.compressedBytes;
    return {
      ...shared,
      code: "image-too-large",
      title: `The image does not fit on the disk of node "${view.pod.spec?.nodeName}"`,
      evidence: [
        ...evidence,
        ...(size === undefined
          ? []
          : [`the download is ${Math.round(size / 1e6)} MB and takes two to three times that on disk`]),
      ],
      mend: [
        rebuild(view, "Make the image smaller: multi-stage build, slim base image, no build tools."),
        {
          say: "Or add a node pool with larger disks.",
          command:
            "az aks nodepool add --resource-group GROUP --cluster-name CLUSTER --name larger --node-osdisk-size 128",
        },
      ],
    };
  }
  return /not found|manifest unknown|name unknown|does not exist/i.test(text) ? notFound(view, problem) : undefined;
}

function notFound(view: PodView, { container, reference, image, look, evidence }: PullProblem): Diagnosis {
  const { host = "", repository = "", tag = "latest", digest } = reference ?? {};
  const shared = { container: container.name };
  const asked =
    look === undefined || look.answer === "refused"
      ? ["the registry did not let the doctor list its content: either the repository or the tag may be missing"]
      : [`the registry's answer to ${look.as}: ${look.problem ?? look.answer}`];
  const ends = (name: string) => `${host}/${name}${digest === undefined ? `:${tag}` : ""}`;
  if (look?.answer === "no-repository") {
    const near = (look.nearestRepositories ?? []).filter((name) => editDistance(name, repository) <= repository.length);
    return {
      ...shared,
      code: "repository-not-found",
      title: `The registry ${host} has no repository "${repository}"`,
      evidence: [...evidence, ...asked, ...(near.length > 0 ? [`similar repositories: ${near.join(", ")}`] : [])],
      mend: [
        setImage(
          view,
          container.name,
          "Correct the repository, or push the image to it first.",
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
      title: `The repository "${repository}" of ${host} does not have this digest`,
      evidence: [...evidence, ...asked, ...tags],
      mend: [
        rebuild(view, "The manifest was deleted or never pushed. Push it again."),
        { say: "Check for a retention policy or purge task that deletes images still in use." },
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
        view,
        container.name,
        "Use an existing tag, or push this one.",
        `${image.slice(0, image.length - tag.length)}${look?.nearestTags?.[0] ?? "TAG"}`,
      ),
    ],
  };
}

/** Platform of the node that runs the pod, such as "linux/amd64"; undefined if nodes may not be read. */
export function platformOfNode({ node }: PodView): string | undefined {
  const info = node?.status?.nodeInfo;
  return info === undefined ? undefined : `${info.operatingSystem}/${info.architecture}`;
}

function wrongPlatform(view: PodView, { container, image, look, evidence }: PullProblem): Diagnosis {
  const node = platformOfNode(view);
  const has = look?.platforms?.join(", ");
  return {
    code: "wrong-platform",
    title: `The image is not built for the node's platform${node === undefined ? "" : `, ${node}`}`,
    container: container.name,
    evidence: [
      ...evidence,
      ...(has === undefined ? [] : [`platforms of "${image}": ${has}`]),
      ...(node === undefined ? [] : [`node "${view.pod.spec?.nodeName}" is ${node}`]),
    ],
    mend: [
      rebuild(view, `Build the image for the nodes: docker build --platform ${node ?? "linux/amd64"}.`),
      {
        say: "Or build it for several platforms at once:",
        command: `docker buildx build --platform linux/amd64,linux/arm64 --push .`,
      },
    ],
  };
}
