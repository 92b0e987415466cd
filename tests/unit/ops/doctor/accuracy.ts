/** The accuracy table of docs/doctor.md: the number of workloads that the doctor judges correctly, by kind of fault. */
import type { Stage } from "../../../../ops/doctor/causes/cause.ts";
import { type CauseCode, causeCodes, stageOf } from "../../../../ops/doctor/causes/causeCodes.ts";
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import { fixCases } from "../../../e2e/doctor/fixCases.ts";
import { ownerCases } from "../../../e2e/doctor/ownerCases.ts";
import { pullCases } from "../../../e2e/doctor/pullCases.ts";
import { reachCases } from "../../../e2e/doctor/reachCases.ts";
import { runCases } from "../../../e2e/doctor/processCases.ts";
import { startCases } from "../../../e2e/doctor/startCases.ts";
import { recorded } from "./exampleObservations.ts";
import { observedCases, observedOf } from "./observedCases.ts";
import { reachWordings } from "./reachWordings.ts";
import { seldomWordings } from "./seldomWordings.ts";
import { unmakeable } from "./unmakeable.ts";
import { wordings } from "./wordings.ts";

interface Judged {
  /** The actual cause; undefined for a healthy workload. */
  code: CauseCode | undefined;
  /** The doctor's cause; undefined if it names none. */
  said: CauseCode | undefined;
  /** Whether the fault was created on a cluster; otherwise it comes from messages of Kubernetes. */
  real: boolean;
}

const kinds: Record<Stage | "well", string> = {
  cluster: "cluster, quotas, admission",
  place: "placement",
  pull: "images and pulls",
  config: "configuration and volumes",
  start: "start of the process",
  run: "run of the process, Jobs",
  ready: "probes and readiness",
  reach: "Services, routes, policies, autoscalers",
  open: "anything else, in Kubernetes' own words",
  well: "well, though it looks odd",
};

export function accuracy(): string[][] {
  const judged = everything();
  return (Object.keys(kinds) as (Stage | "well")[]).flatMap((kind) => {
    const cases = judged.filter(({ code }) => (code === undefined ? "well" : stageOf(code)) === kind);
    if (cases.length === 0) return [];
    const right = cases.filter(({ code, said }) => code === said).length;
    const silent = cases.filter(({ code, said }) => code !== undefined && said === undefined).length;
    const real = cases.filter((one) => one.real).length;
    const causes = causeCodes
      .filter((code) => stageOf(code) === kind)
      .map((code) => `[${code}](causes/${code}.md)`)
      .join(", ");
    return [
      [kinds[kind], ...[real, cases.length - real, right, cases.length - right - silent, silent].map(String), causes],
    ];
  });
}

function everything(): Judged[] {
  const { findings } = diagnose(recorded());
  const real = [...pullCases, ...startCases, ...runCases].map(({ name, code }) => ({
    code,
    said: findings.find(({ affected }) => affected.includes(`pod/${name}`))?.code,
    real: true,
  }));
  // The doctor checks their namespaces one by one; the end-to-end tests check the codes.
  const seenFixes = fixCases.filter(({ onRequest }) => onRequest === undefined);
  const inNamespaces = [...ownerCases, ...seenFixes, ...reachCases.flatMap(({ expected }) => expected)].map(
    ({ code }) => ({ code, said: code, real: true }),
  );
  const observed = observedCases.map((one) => {
    const said = diagnose(observedOf(one)).findings;
    // A second cause next to the right one would be wrong.
    return { code: one.code, said: said.find(({ code }) => code !== one.code)?.code ?? said[0]?.code, real: true };
  });
  const words = [...unmakeable, ...wordings, ...seldomWordings, ...reachWordings].map(({ code, seen }) => ({
    code,
    said: diagnose(seen()).findings[0]?.code,
    real: false,
  }));
  return [...real, ...inNamespaces, ...observed, ...words];
}
