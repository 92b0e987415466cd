/**
 * Converts the engine's events of one preview into report data.
 *
 * A replaced resource has three events: "replace" with all details, and the creation and the deletion that it consists
 * of.
 */
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/events.js";
import { ownType } from "@tarmac/policy/azure/anyVersion";
import { propertyChanges } from "../pulumi/propertyChanges.ts";
import { nameOf, plainType, titleOf } from "../pulumi/urn.ts";
import { OpenPools } from "./openPools.ts";
import { RoleModeSwitches } from "./roleModeSwitches.ts";
import type { Action, Change, Message, PolicyFinding, Preview } from "./reportFormat.ts";

const actions: Partial<Record<string, Action>> = {
  create: "create",
  update: "update",
  replace: "replace",
  "import-replacement": "replace",
  "read-replacement": "replace",
  delete: "delete",
  import: "import",
  "remove-pending-replace": "delete",
  "discard-replaced": "delete",
};

/** Providers that the engine creates itself. */
const defaultProvider = /::pulumi:providers:[\w-]+::default(?:_|$)/;

/** Messages that the engine adds after reporting the actual error. */
const sayNothing = /^(?:preview failed|update failed)$/;
/** On a machine with its own plugins; unrelated to the change. */
const notOfTheChange = /^using pulumi-\S+ from \$PATH at /;

export class PreviewEvents {
  readonly #changes = new Map<string, Change>();
  readonly #deletedReplaced = new Map<string, Change>();
  readonly #errors = new Map<string, Message>();
  readonly #warnings = new Map<string, Message>();
  readonly #policy = new Map<string, PolicyFinding>();
  readonly #pools = new OpenPools();
  readonly #modes = new RoleModeSwitches();
  /** Pools and registries are judged at the end: another pool or a role assignment may come later. */
  readonly #replaced: StepEventMetadata[] = [];
  readonly #updated: StepEventMetadata[] = [];
  #unchanged = 0;
  #failed: boolean | undefined;
  #seconds = 0;

  take(event: EngineEvent): void {
    const { resourcePreEvent, diagnosticEvent, policyEvent, summaryEvent } = event;
    if (resourcePreEvent !== undefined) this.#step(resourcePreEvent.metadata);
    if (diagnosticEvent !== undefined) {
      const { severity, message, urn } = diagnosticEvent;
      const text = message.trim();
      // Debug messages contain tokens and kubeconfigs in plain text.
      if (severity === "error" && !sayNothing.test(text)) add(this.#errors, { ...resourceOf(urn), text });
      if (severity === "warning" && !notOfTheChange.test(text)) add(this.#warnings, { ...resourceOf(urn), text });
    }
    if (policyEvent !== undefined) {
      const { policyName, policyPackName, enforcementLevel, message, resourceUrn } = policyEvent;
      add(this.#policy, {
        policy: policyName,
        pack: policyPackName,
        mandatory: enforcementLevel === "mandatory",
        ...resourceOf(resourceUrn),
        text: message.trim(),
      });
    }
    if (summaryEvent !== undefined) {
      this.#seconds = summaryEvent.durationSeconds;
      // Missing in the type: "succeeded" or "failed".
      this.#failed = (summaryEvent as { result?: string }).result === "failed";
    }
  }

  #step(step: StepEventMetadata): void {
    // The stack and its components are not resources themselves: their children have their own steps.
    if ((step.new ?? step.old)?.custom !== true || defaultProvider.test(step.urn)) return;
    this.#pools.take(step);
    this.#modes.take(step);
    if (step.op === "replace") this.#replaced.push(step);
    if (step.op === "update") this.#updated.push(step);
    if (step.op === "same" || step.op === "refresh") this.#unchanged++;
    if (step.op === "delete-replaced") this.#deletedReplaced.set(step.urn, changeOf("delete", step));
    const action = step.op === "delete" && step.old?.retainOnDelete === true ? "forget" : actions[step.op];
    if (action === undefined) return;
    // An import, or a deletion left over from an interrupted update, may appear next to another step of the same name.
    const known = this.#changes.get(step.urn);
    if (known?.action !== "replace") this.#changes.set(step.urn, changeOf(action, step));
  }

  /**
   * @param exitCode of the CLI: an error may come before the engine begins, or after its last event
   * @param lastWords the CLI's message then
   */
  result(exitCode: number, lastWords: string): Preview {
    for (const [urn, change] of this.#deletedReplaced) {
      // Left by an update that created the new one and was interrupted before it deleted the old one.
      if (!this.#changes.has(urn)) this.#changes.set(urn, change);
    }
    for (const step of this.#replaced.filter(this.#pools.isLast)) {
      const change = this.#changes.get(step.urn);
      if (change !== undefined) change.lastPool = true;
    }
    for (const step of this.#updated.filter(this.#modes.isTooEarly)) {
      const change = this.#changes.get(step.urn);
      if (change !== undefined) change.refusesPulls = true;
    }
    const changes = [...this.#changes.values()];
    nameSuccessors(changes);
    const policy = [...this.#policy.values()];
    const errors = [...this.#errors.values()];
    const stoppedByPolicy = errors.length === 0 && policy.some(({ mandatory }) => mandatory);
    const failed = (this.#failed ?? true) || exitCode !== 0 || errors.length > 0;
    if (failed && errors.length === 0 && !stoppedByPolicy) {
      errors.push({ text: lastWords });
    }
    return {
      // A mandatory policy makes the engine report a failed preview, but its changes are complete.
      outcome: failed && !stoppedByPolicy ? "failed" : "done",
      seconds: this.#seconds,
      changes,
      unchanged: this.#unchanged,
      errors,
      warnings: [...this.#warnings.values()],
      policy,
    };
  }
}

function changeOf(action: Action, step: StepEventMetadata): Change {
  const type = plainType(step.type);
  // The deleted resource counts, not its replacement.
  const own = ownType(type, (step.old ?? step.new)?.inputs);
  return {
    action,
    type,
    ...(own === type ? {} : { ownType: own }),
    name: nameOf(step.urn),
    urn: step.urn,
    protected: step.old?.protect === true,
    properties: action === "update" || action === "replace" ? propertyChanges(step) : [],
  };
}

/**
 * A deletion next to a creation of the same type is usually one resource under a new name or parent, and only an alias
 * tells Pulumi so. Reported only if it is not a guess: exactly one of each.
 */
function nameSuccessors(changes: readonly Change[]): void {
  for (const type of new Set(changes.map((change) => change.type))) {
    const [gone, ...moreGone] = changes.filter((change) => change.type === type && change.action === "delete");
    const [made, ...moreMade] = changes.filter((change) => change.type === type && change.action === "create");
    if (gone === undefined || made === undefined || moreGone.length > 0 || moreMade.length > 0) continue;
    gone.insteadCreated = made.name === gone.name ? `${made.name}, under another parent` : made.name;
  }
}

function resourceOf(urn: string | undefined): { resource?: string } {
  const resource = titleOf(urn);
  return resource === undefined ? {} : { resource };
}

/** The engine repeats events. */
const add = <T extends object>(to: Map<string, T>, item: T) => to.set(JSON.stringify(item), item);
