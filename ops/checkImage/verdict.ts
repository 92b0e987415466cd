/** What a check comes to. */
import { codes, type Code, type Level } from "./findingCodes.ts";
import type { Evidence } from "./runEvidence.ts";

/** Something to say about an image. */
export interface Problem {
  code: Code;
  /** What was seen, in the words of this case. */
  seen: string;
  /** How to fix this case, where more is known than the general advice of the code says. */
  mend?: string;
  /** Where this case weighs more or less than the code usually does. */
  level?: Level;
}

/** The problems that were found, or what was seen that is fine; `undefined`: there was nothing to judge by. */
export type Judgement = Problem[] | { fine: string } | undefined;

export interface Check {
  /** Stable name, for programs. */
  name: string;
  /** What is asked of the image. */
  title: string;
  judge: (evidence: Evidence) => Judgement;
}

export interface Finding {
  code: Code;
  level: Level;
  seen: string;
  why: string;
  mend: string;
  docs: string;
  /** True: by --accept. */
  accepted?: true;
  /** Which platform of an image with several. */
  platform?: string;
}

export interface Verdict {
  check: string;
  title: string;
  status: "fine" | Level | "skipped";
  /** What was seen where nothing is wrong; empty otherwise. */
  seen: string;
  findings: Finding[];
  /** Which platform of an image with several. */
  platform?: string;
}

const weights: Record<Level, number> = { note: 0, warning: 1, finding: 2 };

/** The worst of the findings; fine where there is none. */
export const statusOf = (findings: readonly Pick<Finding, "level">[]): Verdict["status"] =>
  findings.reduce<Verdict["status"]>(
    (worst, { level }) => (worst === "fine" || worst === "skipped" || weights[level] > weights[worst] ? level : worst),
    "fine",
  );

/** @param docsOf the page about a code */
export function verdictOf(check: Check, evidence: Evidence, docsOf: (code: Code) => string): Verdict {
  const judgement = check.judge(evidence);
  const { name, title } = check;
  if (judgement === undefined) return { check: name, title, status: "skipped", seen: "", findings: [] };
  if (!Array.isArray(judgement)) return { check: name, title, status: "fine", seen: judgement.fine, findings: [] };
  const findings = judgement.map(({ code, seen, mend, level }) => ({
    code,
    level: level ?? codes[code].level,
    seen,
    why: codes[code].why,
    mend: mend ?? codes[code].mend,
    docs: docsOf(code),
  }));
  return { check: name, title, status: statusOf(findings), seen: "", findings };
}

/** `undefined` for an empty list, so that a check can go on with what is fine: `problems(...) ?? { fine: ... }`. */
export const problems = (...found: (Problem | undefined | false)[]): Problem[] | undefined => {
  const real = found.filter((problem) => problem !== undefined && problem !== false);
  return real.length === 0 ? undefined : real;
};
