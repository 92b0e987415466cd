/** A pull request as the stand-in for GitHub keeps it. */
import type { LabelEvent, StandInComment, StandInFile } from "./server.ts";

export const accountType = (login: string): "Bot" | "User" => (login.endsWith("[bot]") ? "Bot" : "User");

export class StandInPullRequest {
  readonly number: number;
  comments: StandInComment[] = [];
  labels: string[] = [];
  readonly timeline: LabelEvent[] = [];
  /** Newest commit, the author, and what it changes. */
  head = "0123456789abcdef";
  author = "ada";
  files: StandInFile[] = [];

  constructor(number: number) {
    this.number = number;
  }

  /** Sets a label as somebody. */
  label(name: string, by = "grace", at = new Date()): void {
    this.labels.push(name);
    this.#tell("labeled", name, by, at);
  }

  /** Takes a label off as somebody. */
  unlabel(name: string, by = "grace", at = new Date()): void {
    this.labels = this.labels.filter((one) => one !== name);
    this.#tell("unlabeled", name, by, at);
  }

  #tell(event: LabelEvent["event"], name: string, login: string, at: Date): void {
    const actor = { login, type: accountType(login) };
    // Whole seconds, as GitHub has them.
    this.timeline.push({ event, label: { name }, actor, created_at: at.toISOString().replace(/\.\d+Z$/, "Z") });
  }
}
