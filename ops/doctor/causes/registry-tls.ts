import { pullFailureOf } from "../facts/pullFailure.ts";
import { fromHere } from "../facts/pullRoute.ts";
import { withoutPort, withPort } from "../facts/registryHost.ts";
import { run } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const registryTls = podCause({
  code: "registry-tls",
  stage: "pull",
  recovery: 2,
  proof: (pod) => {
    const failure = pullFailureOf(pod);
    return failure !== undefined && ["tls", "plain-http"].includes(failure.answer) ? failure : undefined;
  },
  claim: (_, failure) => {
    const why = /x509: ([^"\n]*)/.exec(failure.words)?.[1]?.trim();
    return {
      title:
        failure.answer === "plain-http"
          ? `The registry "${failure.host}" speaks plain HTTP, and the node requires TLS`
          : `The TLS connection of the node to the registry "${failure.host}" fails${why === undefined ? "" : `: ${why.slice(0, 160)}`}`,
      container: failure.container.name,
      evidence: [...failure.evidence, ...fromHere(failure)],
      mend: [
        run(
          "Show the registry's certificate, its names, and its validity:",
          `openssl s_client -connect ${withPort(failure.host)} -servername ${withoutPort(failure.host)} </dev/null | openssl x509 -noout -subject -issuer -ext subjectAltName -dates`,
        ),
        {
          say: "If your own certificate authority issued it, install that authority on the nodes (AKS: --custom-ca-trust-certificates; containerd: certs.d/HOST/hosts.toml). If the registry has no TLS, give it a certificate.",
        },
      ],
    };
  },
});
