/** Settings of the registry that images are pushed to and pulled from. */
import { registrySkus } from "../components/registry.ts";
import { registryNameProblem } from "../validate/names.ts";
import { choice, optionalText } from "../validate/setting.ts";

export const registrySettings = {
  registryName: optionalText({
    description: "Name of the container registry, unique in all of Azure. Default: the app's name and a random suffix.",
    problem: registryNameProblem,
  }),
  registrySku: choice(registrySkus, { default: "Basic", description: "Basic, Standard or Premium." }),
};
