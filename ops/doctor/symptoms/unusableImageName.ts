/** The image's name is invalid or incomplete. */
import type { Diagnosis } from "../finding.ts";
import { inNamespace, setImage } from "../remedy.ts";
import type { PodView } from "../podView.ts";
import { pullProblem } from "./failingPull.ts";

export function imageName(view: PodView): Diagnosis | undefined {
  const problem = pullProblem(view);
  if (problem === undefined) return undefined;
  const { container, image, reference, evidence, text } = problem;
  const shared = { container: container.name, evidence };
  if (reference === undefined || container.status?.state?.waiting?.reason === "InvalidImageName") {
    return {
      ...shared,
      code: "image-name-invalid",
      title: `"${image}" is not a valid image name`,
      mend: [
        setImage(
          view,
          container.name,
          "Use the form HOST/REPOSITORY:TAG in lower case. Only the tag may have capital letters.",
          "HOST/REPOSITORY:TAG",
        ),
      ],
    };
  }
  if (!reference.hostGiven) {
    const path = `${reference.repository.replace(/^library\//, "")}${reference.tag === undefined ? "" : `:${reference.tag}`}`;
    const host = likelyHost(view);
    return {
      ...shared,
      code: "image-without-host",
      title: `Image "${image}" names no registry, so the node pulled from Docker Hub (docker.io)`,
      evidence: [...evidence, `the node resolved "${image}" to "docker.io/${reference.repository}"`],
      mend: [
        setImage(
          view,
          container.name,
          "Put the registry host in front of the name. For Docker Hub, that is docker.io.",
          `${host}/${path}`,
        ),
      ],
    };
  }
  if (reference.tag === undefined && reference.digest === undefined && /not found|manifest unknown/i.test(text)) {
    const [tag = "TAG"] = problem.look?.nearestTags ?? [];
    return {
      ...shared,
      code: "image-without-tag",
      title: `Image "${image}" has neither tag nor digest, so the node pulled "latest", which does not exist`,
      evidence: [...evidence, ...tagEvidence(problem.look?.nearestTags, reference.repository)],
      mend: [
        setImage(
          view,
          container.name,
          "Add the tag or, better, the digest to run.",
          `${reference.host}/${reference.repository}:${tag}`,
        ),
        {
          say: "Compare with the images of the running pods:",
          command: `kubectl get pods ${inNamespace(view)} --output custom-columns=POD:.metadata.name,IMAGE:.spec.containers[*].image`,
        },
      ],
    };
  }
  return undefined;
}

export const tagEvidence = (tags: readonly string[] | undefined, repository: string): string[] =>
  tags === undefined || tags.length === 0
    ? []
    : [`existing tags of "${repository}" that are similar: ${tags.join(", ")}`];

/** The registry that other pods in the namespace pull from. */
function likelyHost({ observation }: PodView): string {
  for (const pod of observation.pods) {
    for (const { image = "" } of pod.spec?.containers ?? []) {
      const [host = "", ...rest] = image.split("/");
      if (rest.length > 0 && /[.:]/.test(host)) return host;
    }
  }
  return "HOST";
}
