import { pullFailureOf } from "../facts/pullFailure.ts";
import { run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const pullRateLimited = podCause({
  code: "pull-rate-limited",
  stage: "pull",
  recovery: "possible",
  over: ["image-without-host"],
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    return failure?.answer === "rate-limited" ? failure : undefined;
  },
  claim: (_, { host, reference, image, container, evidence }) => ({
    title: `The registry "${host}" limits the rate of pulls`,
    container: container.name,
    evidence,
    mend: [
      run(
        "Import the image into your own registry, and pull it from there:",
        `az acr import --name REGISTRY --source ${reference?.hostGiven === false ? `docker.io/${reference.repository}${reference.tag === undefined ? "" : `:${reference.tag}`}` : image}`,
      ),
      { say: "Or pull with an account: a pull secret of a user has a higher limit." },
    ],
  }),
});
