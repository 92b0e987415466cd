/** Settings of a stack as a whole: what it is called, where it is, whose it is. */
import { appNameProblem } from "../validate/names.ts";
import { flag, optionalText, text } from "../validate/setting.ts";

export const generalSettings = {
  appName: text({
    default: "hello",
    description: "Name of the service; the names of everything else are made from it.",
    problem: appNameProblem,
  }),
  location: text({
    default: "westeurope",
    description: "Azure region.",
    problem: (value) =>
      /^[a-z]+[a-z0-9]*$/.test(value)
        ? undefined
        : `"${value}" is not the name of a region: write it in lower case without spaces, e.g. "westeurope" (az account list-locations -o table)`,
  }),
  owner: optionalText({ description: "Whom to ask about this environment; an Azure tag of everything." }),
  protect: flag({
    default: false,
    description: "Refuse to delete cluster, registry and namespace until this is set to false.",
  }),
};
