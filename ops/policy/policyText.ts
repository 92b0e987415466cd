/** The findings as text for people. */
import { nameOf, typeOf } from "../pulumi/urn.ts";
import type { Finding, Findings } from "./policyFindings.ts";

export function toText({ findings, undecided, excepted, passed }: Omit<Findings, "errors">): string {
  const ordered = [...findings].sort((a, b) => b.level.localeCompare(a.level));
  const count = (level: Finding["level"]) => findings.filter((finding) => finding.level === level).length;
  return [
    ...ordered.flatMap((finding) => [
      `${finding.level.padEnd(9)}  ${finding.policy}${of(finding.urn)}`,
      ...finding.message.split("\n").map((line) => `    ${line}`),
      "",
    ]),
    ...undecided.map(({ policy, urn }) => `undecided  ${policy}${of(urn)}`),
    ...(undecided.length > 0 ? ["    only the update will know", ""] : []),
    ...excepted.flatMap(({ policy, urn, reason }) => [`excepted   ${policy}${of(urn)}`, `    ${reason}`, ""]),
    `${count("mandatory")} mandatory, ${count("advisory")} advisory, ${rest({ undecided, excepted, passed })}`,
    "",
  ].join("\n");
}

/** For a state, the CLI counts only violations. */
const rest = ({ undecided, excepted, passed }: Pick<Findings, "undecided" | "excepted" | "passed">) =>
  undecided.length + excepted.length + passed === 0
    ? "and nothing else is known: only a preview counts what passed, was undecided or excepted"
    : `${undecided.length} undecided, ${excepted.length} excepted, ${passed} held`;

const of = (urn: string | undefined) => (urn === undefined ? "" : `  ${nameOf(urn)} (${typeOf(urn)})`);
