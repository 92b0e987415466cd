import { endWords, nameOf } from "../facts/podFacts.ts";
import { changedBy, rebuild } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/**
 * The shell's messages: "/bin/sh: 1: myserver: not found", "bash: line 1: myserver: command not found", "env: 'node':
 * No such file".
 */
const notFound =
  /(?:^|\s)(?:\/\S+|(?:ba|da|a|z|k|)sh): (?:\d+: |line \d+: |-c: line \d+: )?(\S+): (?:command )?not found$|^(?:\/usr\/bin\/)?env: ['‘]?([^'’:]+)['’]?: No such file or directory$|^exec: (\S+): not found$/;

export const commandNotFound = podCause({
  code: "command-not-found",
  stage: "start",
  recovery: "impossible",
  over: ["application-error"],
  proof: ({ containers }) => {
    for (const container of containers) {
      // Shells and env exit with 127 if they do not find a program.
      if (container.end?.exitCode !== 127 || container.refusal !== undefined) continue;
      const line = container.log.lines.findLast(({ text }) => notFound.test(text.trim()));
      // The loader also exits with 127 if a library or a symbol is missing, and then logs a message.
      if (line === undefined && container.log.lines.length > 0) continue;
      const match = notFound.exec(line?.text.trim() ?? "");
      return { container, program: match?.[1] ?? match?.[2] ?? match?.[3], line: line?.raw };
    }
    return undefined;
  },
  claim: (pod, { container, program, line }) => {
    const own = container.spec.command ?? container.spec.args;
    return {
      title:
        program === undefined
          ? "A program that the container runs is not in the image (exit code 127)"
          : `The shell does not find "${program}": it is not in the image, or not on its PATH`,
      container: container.name,
      evidence: [
        `${nameOf(pod, container)} ${endWords(container)}`,
        ...(line === undefined ? [] : [`log: ${line.trim().slice(0, 300)}`]),
        own === undefined
          ? "the pod runs the ENTRYPOINT of the image"
          : `the pod sets: ${JSON.stringify(own).slice(0, 300)}`,
      ],
      mend: [
        rebuild(changedBy(pod), `Install ${program ?? "it"} in the image, or copy it to a directory of its PATH.`),
        {
          say: `Or correct the name${own === undefined ? " in the Dockerfile" : " in command, or write the whole path of the program"}.`,
        },
      ],
    };
  },
});
