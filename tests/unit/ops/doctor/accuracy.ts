/** The rows of the accuracy table: cause, how it was made, what the doctor said. */
import { causeCodes } from "../../../../ops/doctor/causes/causeCodes.ts";
import { diagnose } from "../../../../ops/doctor/diagnose.ts";
import { ownerCases } from "../../../e2e/doctor/ownerCases.ts";
import { reachCases } from "../../../e2e/doctor/reachCases.ts";
import { pullCases } from "../../../e2e/doctor/pullCases.ts";
import { runCases } from "../../../e2e/doctor/runCases.ts";
import { startCases } from "../../../e2e/doctor/startCases.ts";
import { recorded } from "./observations.ts";
import { reachWordings } from "./reachWordings.ts";
import { unmakeable } from "./unmakeable.ts";
import { wordings } from "./wordings.ts";

export function accuracy(): string[][] {
  const { findings } = diagnose(recorded());
  const real = [...pullCases, ...startCases, ...runCases].map(({ name, code, made }) => {
    const finding = findings.find(({ affected }) => affected.includes(`pod/${name}`));
    return { code, made, said: `${finding?.code}: ${finding?.title}` };
  });
  // Their namespaces are looked at one by one; the end-to-end test holds the code.
  const reached = reachCases.flatMap(({ expected }) => expected);
  const refused = [...ownerCases, ...reached].map(({ code, made }) => ({ code, made, said: code }));
  const hand = [
    ...unmakeable,
    ...[...wordings, ...reachWordings].map((one) => ({ ...one, made: `by its words: ${one.made}` })),
  ].map(({ code, made, seen }) => {
    const [finding] = diagnose(seen()).findings;
    return { code, made, said: `${finding?.code}: ${finding?.title}` };
  });
  return [...real, ...refused, ...hand]
    .sort((left, right) => causeCodes.indexOf(left.code) - causeCodes.indexOf(right.code))
    .map(({ code, made, said }) => [`[${code}](causes/${code}.md)`, made, plain(said)]);
}

/** Words of the pods' own may hold what is markup in a table. */
const plain = (text: string): string =>
  text
    .slice(0, 160)
    .replace(/[|<>*_`\\{}]/g, "")
    .replace(/\s+/g, " ")
    .trim();
