import { nameOf } from "../facts/podFacts.ts";
import { changeContainer, changedBy, rebuild } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

export const entrypointNotFound = podCause({
  code: "entrypoint-not-found",
  stage: "start",
  recovery: "impossible",
  proof: (pod) => {
    for (const container of pod.containers) {
      const { refusal, end, log } = container;
      if (refusal !== undefined && ["program-missing", "program-is-directory"].includes(refusal.kind))
        return {
          container,
          program: refusal.program ?? container.spec.command?.[0] ?? "",
          words: refusal.words,
          script: /no such file/.test(refusal.words) && !/stat /.test(refusal.words),
          directory: refusal.kind === "program-is-directory",
        };
      // If the runtime created the process before it failed, its error is in the log.
      const said =
        end === undefined || end.exitCode === 0
          ? undefined
          : log.lines.find(({ text }) =>
              /^exec (\S+): no such file or directory$|exec user process caused.*no such file or directory/.test(
                text.trim(),
              ),
            );
      if (said !== undefined)
        return {
          container,
          program: /^exec (\S+):/.exec(said.text)?.[1] ?? container.spec.command?.[0] ?? "",
          words: said.text.trim(),
          script: true,
          directory: false,
        };
    }
    return undefined;
  },
  claim: (pod, { container, program, words, script, directory }) => {
    const own = container.spec.command;
    const changed = changedBy(pod);
    return {
      title: directory
        ? `"${program}" is a directory of the image, not a program`
        : program === ""
          ? "The image lacks the program that its ENTRYPOINT names, or the interpreter of that script"
          : script
            ? `The image lacks the program "${program}", or the interpreter that the script's first line names`
            : `The image has no program "${program}"`,
      container: container.name,
      evidence: [
        `${nameOf(pod, container)}: ${words.slice(0, 500)}`,
        ...(script
          ? [
              "a script whose interpreter (its #! line) is missing, or ends in a carriage return, causes the same message",
            ]
          : []),
        own === undefined ? "the pod runs the ENTRYPOINT of the image" : `the pod sets command: ${JSON.stringify(own)}`,
      ],
      mend:
        own === undefined
          ? [
              ...(script
                ? [
                    {
                      say: `If the file exists: save it with Unix line endings (\`sed -i 's/\\r$//' FILE\`, and \`*.sh text eol=lf\` in .gitattributes), and install the shell of its first line, such as bash on Alpine.`,
                    },
                  ]
                : []),
              rebuild(changed, "Correct ENTRYPOINT in the Dockerfile: an absolute path that a COPY creates."),
            ]
          : [
              ...changeContainer(changed, container.name, "Run what the image is made to run, its ENTRYPOINT:", {
                command: null,
              }),
              { say: "Or correct the path in command: it is one inside the image." },
            ],
    };
  },
});
