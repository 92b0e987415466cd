import { lastWords } from "../facts/lastWords.ts";
import { changedBy, rebuild, setVariable } from "../fixes/changeOwner.ts";
import { changePod } from "../fixes/changeOwner.ts";
import { podCause } from "./cause.ts";

/** Only the messages in which programs report that they may not bind a port, with the port where they print it. */
const forms: readonly RegExp[] = [
  /\blisten EACCES: permission denied \S*?:(\d{1,5})$/,
  /\bbind(?:\(\))?(?: to)? \S*?:(\d{1,5}) failed \(13: Permission denied\)/i,
  /\blisten tcp[46]? \S*?:(\d{1,5}): bind: permission denied/,
  /could not bind to address \S*?:(\d{1,5})|make_sock: .*address \S*?:(\d{1,5})/i,
  /(?:Permission denied|Errno 13).*?\(?['"]?(?:0\.0\.0\.0|::|\*|localhost|127\.0\.0\.1)['"]?[,:] ?(\d{1,5})\)?/i,
  /(?:bind|listen)\w* (?:on|to)?\s?(?:port )?\S*?:?(\d{1,5})\b.*permission denied/i,
];

export const privilegedPort = podCause({
  code: "privileged-port",
  stage: "run",
  recovery: 3,
  over: ["application-error", "path-not-writable"],
  proof: (pod) => {
    for (const { container, error, evidence } of lastWords(pod)) {
      const { fields, text } = error;
      const spoken = fields.syscall === "listen" && fields.code === "EACCES" ? fields.port : undefined;
      const found = /\btcp:\/\//.test(text)
        ? undefined
        : forms
            .map((form) =>
              form
                .exec(text)
                ?.slice(1)
                .find((part) => part !== undefined),
            )
            .find((port) => port !== undefined);
      const port = Number(found ?? (Number(spoken) > 0 ? spoken : NaN));
      if (port > 0 && port < 1024) return { container, port, evidence };
    }
    return undefined;
  },
  claim: (pod, { container, port, evidence }) => {
    const changed = changedBy(pod);
    const variable = container.spec.env?.find(({ value }) => value === String(port));
    return {
      title: `The process listens on port ${port}, but only root may use ports below 1024`,
      container: container.name,
      evidence: [...evidence, ...(variable === undefined ? [] : [`the pod sets ${variable.name}=${variable.value}`])],
      mend: [
        ...(variable !== undefined
          ? setVariable(
              changed,
              container.name,
              "Listen on port 8080, and use it for containerPort and the probes. The port of the Service can stay as it is.",
              variable.name,
              "8080",
              { key: "port", value: "8080" },
            )
          : changed.stack !== undefined
            ? setVariable(
                changed,
                container.name,
                "Listen on port 8080, and use it for the probes. The port of the Service can stay as it is.",
                "PORT",
                "8080",
                { key: "port", value: "8080" },
              )
            : [
                ...changePod(changed, "Let processes of this pod use low ports (a safe sysctl of the pod alone):", {
                  securityContext: {
                    sysctls: [
                      ...(pod.owner.template?.spec?.securityContext?.sysctls ?? []).filter(
                        ({ name }) => name !== "net.ipv4.ip_unprivileged_port_start",
                      ),
                      { name: "net.ipv4.ip_unprivileged_port_start", value: "0" },
                    ],
                  },
                }),
                rebuild(
                  changed,
                  "Or let the program listen on 8080, and use that for containerPort and the probes. The port of the Service can stay as it is.",
                ),
              ]),
      ],
    };
  },
});
