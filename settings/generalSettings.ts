/** Settings of a stack as a whole: what it is called, where it is, whose it is. */
import { locationProblem } from "@tarmac/validate/azureNames";
import { appNameProblem } from "@tarmac/validate/kubernetesNames";
import { expiryProblem, tagsProblem } from "@tarmac/validate/tags";
import { flag, map, optionalText, text } from "@tarmac/validate/settingDeclaration";

export const generalSettings = {
  appName: text({
    default: "hello",
    description: "Name of the service; the names of everything else are made from it.",
    problem: appNameProblem,
  }),
  location: text({
    default: "westeurope",
    description: "Azure region.",
    problem: locationProblem,
  }),
  owner: optionalText({ description: "Whom to ask about this environment; an Azure tag of everything." }),
  tags: map<string>({
    default: {},
    description: 'Further Azure tags of everything, e.g. {"cost-centre": "4711"}.',
    problem: tagsProblem,
  }),
  expires: optionalText({
    description: "When this environment may be deleted, e.g. 2026-12-24T18:00:00Z; a tag of the resource group.",
    problem: expiryProblem,
  }),
  protect: flag({
    default: false,
    description: "Refuse to delete cluster, registry and namespace until this is set to false.",
  }),
};
