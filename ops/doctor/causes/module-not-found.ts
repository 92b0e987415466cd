import { endWords, nameOf } from "../facts/podFacts.ts";
import { lastWords } from "../facts/lastWords.ts";
import { changedBy, changeContainer, rebuild } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

const missing =
  /^(?:\w*Error(?: \[\w+\])?: )?Cannot find (?:module|package) '([^']+)'|^(?:ModuleNotFoundError|ImportError): No module named '?([\w.]+)'?|can't open file '([^']+)': \[Errno 2\]|^Error: Unable to access jarfile (\S+)|^Error: Could not find or load main class (\S+)|error while loading shared libraries: ([^\s:]+)|^Error loading shared library ([^\s:]+)/;
const library = /\.so(?:\.\d+)*$/;

export const moduleNotFound = podCause({
  code: "module-not-found",
  stage: "start",
  recovery: "impossible",
  over: ["application-error", "command-not-found"],
  proof: (pod) => {
    for (const { container, error, evidence } of lastWords(pod)) {
      const match = missing.exec(error.text) ?? missing.exec(error.raw);
      const name = match?.slice(1).find((part) => part !== undefined);
      const meant = container.log.lines
        .map(({ raw }) => /^Did you mean to import "([^"]+)"\?/.exec(raw.trim())?.[1])
        .find((path) => path !== undefined);
      if (name !== undefined) return { container, name, evidence, meant };
    }
    return undefined;
  },
  claim: (pod, { container, name, evidence, meant }) => {
    if (meant !== undefined)
      return {
        title: `The program imports "${name}" without the file's extension, which ES modules need: the image has "${meant}"`,
        container: container.name,
        evidence,
        mend: [
          rebuild(
            changedBy(pod),
            `Import the file by its whole name, "${meant.replace(/^.*\//, "")}". TypeScript asks for it at build time if "module" is "nodenext".`,
          ),
        ],
      };
    const { command, args } = container.spec;
    const asked = [...(command ?? []), ...(args ?? [])];
    const isFile =
      asked.some((word) => word === name || name.endsWith(`/${word.replace(/^\.\//, "")}`)) ||
      /^[./]/.test(name) ||
      /\.jar$/.test(name);
    return {
      title: isFile
        ? `The program file "${name}" is not in the image`
        : `The ${library.test(name) ? "shared library" : "package"} "${name}", which the program needs, is not in the image`,
      container: container.name,
      evidence: [
        ...evidence,
        asked.length === 0
          ? "the pod runs the ENTRYPOINT of the image"
          : `the pod sets: ${JSON.stringify(asked).slice(0, 300)}`,
        `${nameOf(pod, container)} ${endWords(container)}`,
      ].filter((line, index, all) => all.indexOf(line) === index),
      mend: [
        ...(isFile && asked.length > 0
          ? changeContainer(
              changedBy(pod),
              container.name,
              "If the pod should run what the image is made to run, leave its command out:",
              { command: null, args: null },
            )
          : []),
        rebuild(
          changedBy(pod),
          isFile
            ? `Copy it into the image (is it built before the COPY? does .dockerignore leave it out?), or correct the path "${name}".`
            : library.test(name)
              ? "Install the package of the system that has this library in the image. A program built on another distribution or release may want another version of it."
              : "Install it in the image: is it among the dependencies and not only the devDependencies, and is the lock file copied?",
        ),
      ],
    };
  },
});
