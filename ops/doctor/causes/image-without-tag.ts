import { tagEvidence } from "../facts/imageNames.ts";
import { pullFailureOf } from "../facts/pullFailure.ts";
import { changedBy, run, setImage } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const imageWithoutTag = podCause({
  code: "image-without-tag",
  stage: "pull",
  recovery: 2,
  over: ["tag-not-found"],
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    const { reference, answer } = failure ?? {};
    if (failure === undefined || reference === undefined || answer !== "not-found") return undefined;
    return reference.tag === undefined && reference.digest === undefined ? { ...failure, reference } : undefined;
  },
  contradiction: (_, { look }) =>
    look?.answer === "no-repository" || look?.answer === "found" ? "not the tag is missing" : undefined,
  claim: (pod, { image, reference, container, evidence, look }) => ({
    title: `Image "${image}" has neither tag nor digest, so the node pulled "latest", which does not exist`,
    container: container.name,
    evidence: [...evidence, ...tagEvidence(look?.nearestTags, reference.repository)],
    mend: [
      ...setImage(
        changedBy(pod),
        container.name,
        "Add the tag or, better, the digest to run.",
        `${reference.host}/${reference.repository}:${look?.nearestTags?.[0] ?? "TAG"}`,
      ),
      run(
        "Compare with the images of the running pods:",
        `kubectl get pods --namespace ${pod.namespace} --output custom-columns='POD:.metadata.name,FROM:.spec.containers[*].image'`,
      ),
    ],
  }),
});
