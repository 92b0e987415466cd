/**
 * A program that the node's kernel cannot execute: built for another architecture, or a script without an interpreter
 * line.
 */
import { type ContainerFacts, nameOf, type PodFacts } from "./podFacts.ts";

export interface ExecFormatError {
  container: ContainerFacts;
  program: string;
  evidence: string[];
}

export function execFormatError(pod: PodFacts): ExecFormatError | undefined {
  for (const container of pod.containers) {
    const { refusal, end, log } = container;
    if (refusal?.kind === "exec-format")
      return {
        container,
        program: refusal.program ?? container.spec.command?.[0] ?? "the program",
        evidence: [`${nameOf(pod, container)}: ${refusal.words}`],
      };
    if (end === undefined || end.exitCode === 0) continue;
    // If the process was created, the runtime's or the shell's last message is in its log.
    const said = log.lines
      .map(({ text }) => text.trim())
      .find((text) =>
        /^(?:exec (\S+): exec format error|exec user process caused.*exec format error|(?:\/\S+|sh|bash): .*?(\S+): (?:cannot execute binary file: )?[Ee]xec format error)/.test(
          text,
        ),
      );
    if (said === undefined) continue;
    const program = /(\/?[\w./-]+): (?:cannot execute binary file: )?[Ee]xec format/.exec(said)?.[1] ?? "the program";
    return { container, program, evidence: [`${nameOf(pod, container)} logged: ${said.slice(0, 300)}`] };
  }
  return undefined;
}
