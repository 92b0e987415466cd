import { sameHost } from "../facts/pullSecretFault.ts";
import { likelyHost } from "../facts/imageNames.ts";
import { pullFailureOf } from "../facts/pullFailure.ts";
import { changedBy, setImage } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const imageWithoutHost = podCause({
  code: "image-without-host",
  stage: "pull",
  recovery: 2,
  over: [
    "image-without-tag",
    "registry-name-unresolved",
    "registry-unreachable",
    "pull-secret-absent",
    "registry-unauthorized",
    "repository-not-found",
    "tag-not-found",
  ],
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    const { reference, answer } = failure ?? {};
    if (failure === undefined || reference === undefined || reference.hostGiven) return undefined;
    return ["not-found", "unauthorized", "name-unresolved", "unreachable"].includes(answer ?? "")
      ? { ...failure, reference }
      : undefined;
  },
  // Docker Hub has the repository, or the pod has a sign-in for it, so Docker Hub was intended.
  contradiction: ({ pod, observation }, { look }) => {
    if (look !== undefined && ["found", "no-manifest"].includes(look.answer)) return "Docker Hub has this repository";
    const hosts = (pod.spec?.imagePullSecrets ?? []).flatMap(
      ({ name = "" }) => observation.pullSecrets[name]?.hosts ?? [],
    );
    return hosts.some((host) => sameHost(host, "docker.io")) ? "the pod has a pull secret for Docker Hub" : undefined;
  },
  claim: (pod, { image, reference, container, evidence }) => ({
    title: `Image "${image}" names no registry, so the node pulled from Docker Hub (docker.io)`,
    container: container.name,
    evidence: [...evidence, `the node resolved "${image}" to "docker.io/${reference.repository}"`],
    mend: setImage(
      changedBy(pod),
      container.name,
      "Put the registry host in front of the name. For Docker Hub, that is docker.io.",
      `${likelyHost(pod)}/${reference.repository.replace(/^library\//, "")}${reference.tag === undefined ? "" : `:${reference.tag}`}`,
    ),
  }),
});
