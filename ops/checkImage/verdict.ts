/** The result of a check. */
import { codes, type Code, type Level } from "./findingCodes.ts";
import type { Evidence } from "./runEvidence.ts";

/** A problem in an image. */
export interface Problem {
  code: Code;
  /** What was observed, with the details of this image. */
  seen: string;
  /** The fix for this image, if it is more specific than the code's general advice. */
  mend?: string;
  /** Level of this problem, if it differs from the code's. */
  level?: Level;
  /** What tells this problem from others of its code, the same in every run, e.g. "CVE-2026-1234 openssl". */
  subject?: string;
}

/** The problems found, or a positive observation; `undefined` if there was nothing to judge. */
export type Judgement = Problem[] | { fine: string } | undefined;

export interface Check {
  /** Stable name, for programs. */
  name: string;
  /** What the image should do. */
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
  /** What tells it from other findings of its code, if its code has several. */
  subject?: string;
  /** True if accepted by --accept. */
  accepted?: true;
  /** The platform, for an image with several. */
  platform?: string;
}

export interface Verdict {
  check: string;
  title: string;
  status: "fine" | Level | "skipped";
  /** The positive observation if there is no problem; otherwise empty. */
  seen: string;
  findings: Finding[];
  /** The platform, for an image with several. */
  platform?: string;
}

const weights: Record<Level, number> = { note: 0, warning: 1, finding: 2 };

/** The worst level of the findings; fine if there are none. */
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
  const findings = judgement.map(({ code, seen, mend, level, subject }) => ({
    code,
    level: level ?? codes[code].level,
    seen,
    why: codes[code].why,
    mend: mend ?? codes[code].mend,
    docs: docsOf(code),
    ...(subject === undefined ? {} : { subject }),
  }));
  return { check: name, title, status: statusOf(findings), seen: "", findings };
}

/** `undefined` for an empty list, so that a check can continue with `problems(...) ?? { fine: ... }`. */
export const problems = (...found: (Problem | undefined | false)[]): Problem[] | undefined => {
  const real = found.filter((problem) => problem !== undefined && problem !== false);
  return real.length === 0 ? undefined : real;
};
