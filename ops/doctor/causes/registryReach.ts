/** The node does not get as far as the registry's answer. */
import type { Diagnosis } from "../finding.ts";
import { setImage } from "../remedy.ts";
import type { Subject } from "../subject.ts";
import { pullProblem, type PullProblem } from "./pullProblem.ts";

export function registryReach(subject: Subject): Diagnosis | undefined {
  const problem = pullProblem(subject);
  if (problem === undefined) return undefined;
  const { container, text, evidence } = problem;
  const host = problem.reference?.host ?? "";
  const shared = { container: container.name, evidence: [...evidence, ...fromHere(problem)] };
  if (/no such host|server misbehaving|Temporary failure in name resolution/i.test(text)) {
    return {
      ...shared,
      code: "registry-name-unresolved",
      title: `The node cannot resolve the registry's name "${host}"`,
      mend: [
        setImage(subject, container.name, "If the name is mistyped, correct the image.", "HOST/REPOSITORY:TAG"),
        {
          say: "If it is right, the nodes' name resolution lacks it (private endpoint without a linked DNS zone, a registry that was deleted):",
          command: `nslookup ${host.split(":")[0]}`,
        },
      ],
    };
  }
  if (/x509:|tls:|certificate|HTTP response to HTTPS client/i.test(text)) {
    return {
      ...shared,
      code: "registry-tls",
      title: `The node refuses the TLS of the registry "${host}"`,
      mend: [
        {
          say: "See which certificate the registry shows, for which names and until when:",
          command: `openssl s_client -connect ${withPort(host)} -servername ${host.split(":")[0]} </dev/null | openssl x509 -noout -subject -issuer -ext subjectAltName -dates`,
        },
        {
          say: "A certificate of an authority of your own: put that authority on the nodes (AKS: --custom-ca-trust-certificates; containerd: certs.d/HOST/hosts.toml). A registry without TLS: give it a certificate.",
        },
      ],
    };
  }
  if (/toomanyrequests|429 Too Many Requests|rate limit/i.test(text)) {
    return {
      ...shared,
      code: "pull-rate-limited",
      title: `The registry "${host}" limits how often the node may pull`,
      mend: [
        {
          say: "Copy the image into a registry of your own and pull it from there:",
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
        { say: "Does it answer at all?", command: `curl --head https://${withPort(host)}/v2/` },
        {
          say: "If it does from here, the way from the nodes is closed: the registry's firewall or private endpoint, a network security group, or egress through a firewall that does not know it.",
        },
        setImage(subject, container.name, "If host or port are mistyped, correct the image.", "HOST/REPOSITORY:TAG"),
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
      ? "from here the registry can be reached: it is the node's way that fails"
      : `from here: ${look.problem ?? look.answer}`,
  ];
}
