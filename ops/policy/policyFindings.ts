/**
 * A policy pack's findings, read from the engine's events of a preview, an update or `pulumi policy analyze --json`.
 */
import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import { ownType } from "@tarmac/policy/azure/anyVersion";
import { type Exception, exceptionsFor, today } from "@tarmac/policy/exceptions";
import { makesPods } from "@tarmac/policy/kubernetes/podSpecs";
import { rules } from "@tarmac/policy/rules/all";
import { typeOf } from "../pulumi/urn.ts";

export interface Finding {
  /** Id of the rule. */
  policy: string;
  /** A mandatory finding stops the update. */
  level: "mandatory" | "advisory";
  severity?: string;
  /** Absent if it is not about a single resource. */
  urn?: string;
  /** Several lines: the requirement, the problem and its location, "Why:", "Fix:", "See:". */
  message: string;
}

/** A rule that could not be evaluated for a resource, because its values are known only during the update. */
export interface Undecided {
  policy: string;
  urn?: string;
}

/** A rule that does not apply to a resource, according to the pack's settings. */
export interface Excepted {
  policy: string;
  urn: string;
  reason: string;
}

export interface Findings {
  findings: Finding[];
  undecided: Undecided[];
  excepted: Excepted[];
  /** How often a rule passed. 0 if only the state was checked: the CLI does not count then. */
  passed: number;
  /** Errors other than policy violations: the check is incomplete. */
  errors: string[];
}

/** Events of newer engines that the package does not describe yet. */
interface Summaries {
  policyAnalyzeSummaryEvent?: { resourceUrn: string; passed?: string[]; failed?: string[] };
  policyAnalyzeStackSummaryEvent?: { passed?: string[]; failed?: string[] };
}

/** The exceptions in the pack's settings, by rule. */
export type Exceptions = Readonly<Record<string, readonly Exception[]>>;

export class FindingsReader {
  readonly #exceptions: Exceptions;
  readonly #excepted: Excepted[] = [];
  readonly #findings = new Map<string, Finding>();
  readonly #undecided: Undecided[] = [];
  readonly #errors = new Set<string>();
  /** Actual types of resources of any version, by URN. */
  readonly #ownTypes = new Map<string, string>();
  /** Counted at the end: the actual type of such a resource may be reported after its findings. */
  readonly #summaries: { resourceUrn: string; passed?: string[]; failed?: string[] }[] = [];
  #passed = 0;

  constructor(exceptions: Exceptions = {}) {
    this.#exceptions = exceptions;
  }

  take(event: EngineEvent & Summaries): void {
    const { policyEvent, policyAnalyzeSummaryEvent, policyAnalyzeStackSummaryEvent, diagnosticEvent } = event;
    if (policyEvent !== undefined) {
      const { policyName, enforcementLevel, resourceUrn, message } = policyEvent;
      const finding: Finding = {
        policy: policyName,
        level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
        severity: (policyEvent as { severity?: string }).severity,
        urn: resourceUrn === "" ? undefined : resourceUrn,
        message: message.trim(),
      };
      // The engine repeats findings.
      this.#findings.set(JSON.stringify(finding), finding);
    }
    const { urn, type, new: made, old } = event.resourcePreEvent?.metadata ?? {};
    if (urn !== undefined && type !== undefined) this.#ownTypes.set(urn, ownType(type, (made ?? old)?.inputs));
    if (policyAnalyzeSummaryEvent !== undefined) this.#summaries.push(policyAnalyzeSummaryEvent);
    if (policyAnalyzeStackSummaryEvent !== undefined) {
      const { passed = [], failed = [] } = policyAnalyzeStackSummaryEvent;
      this.#count(
        rules.filter(({ on }) => on === "stack").map(({ id }) => id),
        passed,
        failed,
      );
    }
    // A mandatory policy's violation is also reported as an error.
    if (diagnosticEvent?.severity === "error" && !saidByPolicies.test(diagnosticEvent.message.trim()))
      this.#errors.add(diagnosticEvent.message.trim());
  }

  #count(expected: readonly string[], passed: readonly string[], failed: readonly string[], urn?: string): void {
    this.#passed += passed.filter((id) => expected.includes(id)).length;
    for (const policy of expected) {
      if (passed.includes(policy) || failed.includes(policy)) continue;
      // For neither case does the engine report why it did not count.
      const exception =
        urn === undefined
          ? undefined
          : exceptionsFor(this.#exceptions[policy] ?? [], urn, today(), this.#ownTypes.get(urn)).holds;
      if (exception === undefined || urn === undefined) this.#undecided.push({ policy, urn });
      else this.#excepted.push({ policy, urn, reason: exception.reason });
    }
  }

  result(): Findings {
    for (const { resourceUrn, passed = [], failed = [] } of this.#summaries.splice(0)) {
      this.#count(rulesFor(this.#ownTypes.get(resourceUrn) ?? typeOf(resourceUrn)), passed, failed, resourceUrn);
    }
    return {
      findings: [...this.#findings.values()],
      undecided: this.#undecided,
      excepted: this.#excepted,
      passed: this.#passed,
      errors: [...this.#errors],
    };
  }
}

const saidByPolicies = /^(?:preview failed|update failed)$/;

/** Ids of the rules about a resource type. */
function rulesFor(type: string): string[] {
  return rules
    .filter((rule) => (rule.on === "pods" ? makesPods(type) : rule.on === "resources" && rule.types(type)))
    .map(({ id }) => id);
}
