/** The node gets no answer from the registry. */
import type { Diagnosis } from "../finding.ts";
import { setImage } from "../remedy.ts";
import type { PodView } from "../podView.ts";
import { pullProblem, type PullProblem } from "./failingPull.ts";

export function registryReach(view: PodView): Diagnosis | undefined {
  const problem = pullProblem(view);
  if (problem === undefined) return undefined;
  const { container, text, evidence } = problem;
  const host = problem.reference?.host ?? "";
  const shared = { container: container.name, evidence: [...evidence, ...fromHere(problem)] };
  if (/no such host|server misbehaving|Temporary failure in name resolution/i.test(text)) {
    return {
      ...shared,
      code: "registry-name-unresolved",
      title: `The node cannot resolve the registry host "${host}"`,
      mend: [
        setImage(view, container.name, "If the host is misspelled, correct the image.", "HOST/REPOSITORY:TAG"),
        {
          say: "If it is correct, the nodes' DNS does not know it: a private endpoint without a linked DNS zone, or a deleted registry.",
          command: `nslookup ${host.split(":")[0]}`,
        },
      ],
    };
  }
  if (/x509:|tls:|certificate|HTTP response to HTTPS client/i.test(text)) {
    return {
      ...shared,
      code: "registry-tls",
      title: `The TLS connection of the node to the registry "${host}" fails`,
      mend: [
        {
          say: "Show the registry's certificate, its names, and its validity:",
          command: `openssl s_client -connect ${withPort(host)} -servername ${host.split(":")[0]} </dev/null | openssl x509 -noout -view -issuer -ext subjectAltName -dates`,
        },
        {
          say: "If your own certificate authority issued it, install that authority on the nodes (AKS: --custom-ca-trust-certificates; containerd: certs.d/HOST/hosts.toml). If the registry has no TLS, give it a certificate.",
        },
      ],
    };
  }
  if (/toomanyrequests|429 Too Many Requests|rate limit/i.test(text)) {
    return {
      ...shared,
      code: "pull-rate-limited",
      title: `The registry "${host}" limits the rate of pulls`,
      mend: [
        {
          say: "Import the image into your own registry, and pull it from there:",
          command: `az acr import --name REGISTRY --source ${problem.image}`,
        },
      ],
    };
  }
  if (
    /connection refused|i\/o timeout|context deadline exceeded|no route to host|network is unreachable|connection reset|connection timed out|50[234] /i.test(
      text,
    )
  ) {
    return {
      ...shared,
      code: "registry-unreachable",
      title: `The registry "${host}" does not answer the node`,
      mend: [
        { say: "Check whether it answers this machine:", command: `curl --head https://${withPort(host)}/v2/` },
        {
          say: "If it does, something blocks the nodes: the registry's firewall or private endpoint, a network security group, or an egress firewall without a rule for it.",
        },
        setImage(view, container.name, "If the host or port is wrong, correct the image.", "HOST/REPOSITORY:TAG"),
      ],
    };
  }
  return undefined;
}

const withPort = (host: string): string => (/:\d+$/.test(host) ? host : `${host}:443`);

function fromHere({ look }: PullProblem): string[] {
  if (look === undefined) return [];
  const reached = !["name-unresolved", "unreachable", "tls"].includes(look.answer);
  return [
    reached
      ? "the registry answers the doctor, so only the nodes cannot reach it"
      : `the registry does not answer the doctor either: ${look.problem ?? look.answer}`,
  ];
}
