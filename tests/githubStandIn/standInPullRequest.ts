/** A pull request of the stand-in for GitHub. */

export interface StandInComment {
  id: number;
  body: string;
  user: { login: string; type: string };
}

/** An added or removed label in the timeline of a pull request. */
export interface LabelEvent {
  event: "labeled" | "unlabeled";
  label: { name: string };
  actor: { login: string; type: string };
  created_at: string;
}

export interface StandInFile {
  filename: string;
  previous_filename?: string;
}

export const accountType = (login: string): "Bot" | "User" => (login.endsWith("[bot]") ? "Bot" : "User");

export class StandInPullRequest {
  readonly number: number;
  comments: StandInComment[] = [];
  labels: string[] = [];
  readonly timeline: LabelEvent[] = [];
  /** Newest commit, the author, and the changed files. */
  head = "0123456789abcdef";
  author = "ada";
  files: StandInFile[] = [];

  constructor(number: number) {
    this.number = number;
  }

  /** Adds a label as `by`. */
  label(name: string, by = "grace", at = new Date()): void {
    this.labels.push(name);
    this.#tell("labeled", name, by, at);
  }

  /** Removes a label as `by`. */
  unlabel(name: string, by = "grace", at = new Date()): void {
    this.labels = this.labels.filter((one) => one !== name);
    this.#tell("unlabeled", name, by, at);
  }

  #tell(event: LabelEvent["event"], name: string, login: string, at: Date): void {
    const actor = { login, type: accountType(login) };
    // Whole seconds, like GitHub.
    this.timeline.push({ event, label: { name }, actor, created_at: at.toISOString().replace(/\.\d+Z$/, "Z") });
  }
}
