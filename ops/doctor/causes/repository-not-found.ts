import { editDistance } from "@tarmac/validate/editDistance";
import { pullFailureOf } from "../facts/pullFailure.ts";
import { changedBy, setImage } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const repositoryNotFound = podCause({
  code: "repository-not-found",
  stage: "pull",
  recovery: 2,
  over: ["tag-not-found", "digest-not-found", "image-without-tag", "registry-unauthorized", "pull-secret-absent"],
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    if (failure?.reference === undefined || failure.look?.answer !== "no-repository") return undefined;
    // Some registries do not reveal missing repositories to anonymous clients, so only a signed-in client's answer
    // counts.
    const seen =
      failure.answer === "not-found" ||
      (failure.answer === "unauthorized" && failure.look.as !== "an anonymous client");
    return seen ? { ...failure, reference: failure.reference, look: failure.look } : undefined;
  },
  claim: (pod, { reference: { host, repository, tag = "latest", digest }, container, evidence, look }) => {
    const near = (look.nearestRepositories ?? []).filter(
      (name) => editDistance(name, repository) <= repository.length / 2,
    );
    const ends = (name: string) => `${host}/${name}${digest === undefined ? `:${tag}` : `@${digest}`}`;
    return {
      title: `The registry ${host} has no repository "${repository}"`,
      container: container.name,
      evidence: [
        ...evidence,
        `the registry's answer to ${look.as}: ${look.problem ?? look.answer}`,
        ...(near.length > 0 ? [`similar repositories: ${near.join(", ")}`] : []),
      ],
      mend: setImage(
        changedBy(pod),
        container.name,
        "Correct the repository, or push the image to it first.",
        ends(near[0] ?? "REPOSITORY"),
      ),
    };
  },
});
